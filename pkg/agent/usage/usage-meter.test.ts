import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../clock/index.ts";
import { UsageMeter } from "./usage-meter.ts";

test("a running process and its machine are measured; who asks at once shares the answer", async () => {
  const script = "const held = Buffer.alloc(64 << 20, 1); console.log(held.length); setInterval(() => {}, 1000)";
  const child = spawn(process.execPath, ["-e", script], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  const meter = new UsageMeter({
    clock: systemClock,
    running: () => [{ claimUid: "c", uid: "p", pid: child.pid ?? 0 }],
    groupMeter: async () => ({}),
    signal: new AbortController().signal,
  });
  const [report, other] = await Promise.all([meter.read(), meter.read()]);
  expect(other).toBe(report);
  expect(report.windowMs).toBeGreaterThanOrEqual(1000);
  expect(report.machine?.memoryBytes).toBeGreaterThan(64 << 20);
  expect(report.processes).toHaveLength(1);
  expect(report.processes[0]?.uid).toBe("p");
  expect(report.processes[0]?.memoryBytes).toBeGreaterThan(64 << 20);
  expect(report.processes[0]?.memoryBytes).toBeLessThan(512 << 20);
  // Too short a window says nothing: the last answer holds.
  expect(await meter.read()).toBe(report);
});
