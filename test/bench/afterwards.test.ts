import { expect, test } from "vitest";
import { afterwards, undoAll } from "./afterwards.ts";

test("what a benchmark has made is undone once, the newest first, and one failure keeps nothing else", async () => {
  const undone: string[] = [];
  afterwards(() => undone.push("network"));
  const stopServer = afterwards(() => undone.push("server"));
  afterwards(() => {
    throw new Error("it is gone already");
  });
  afterwards(async () => undone.push("client"));
  await stopServer();
  await undoAll();
  await undoAll();
  expect(undone).toEqual(["server", "client", "network"]);
});
