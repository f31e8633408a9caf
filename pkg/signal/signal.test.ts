import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { killGroup, sendSignal } from "./index.ts";

test("who has ended is sent nothing, and that is said", async () => {
  const child = spawn("sleep", ["1000"]);
  const ended = once(child, "exit");
  expect(sendSignal(child.pid ?? 0, "SIGKILL")).toBe(true);
  expect(await ended).toEqual([null, "SIGKILL"]);
  expect(sendSignal(child.pid ?? 0, "SIGKILL")).toBe(false);
  expect(() => sendSignal(process.pid, 1000)).toThrow("EINVAL");
});

test("what a child has started goes with it, whether the child is there or not", async () => {
  const child = spawn("sh", ["-c", "sleep 1000 & echo $!; wait"], { detached: true });
  const [printed] = await once(child.stdout, "data");
  const started = Number(String(printed));
  const ended = once(child, "close");
  killGroup(child);
  expect(await ended).toEqual([null, "SIGKILL"]);
  await expect.poll(() => sendSignal(started, 0)).toBe(false);
  expect(() => killGroup(child)).not.toThrow();
  expect(() => killGroup({})).not.toThrow();
});
