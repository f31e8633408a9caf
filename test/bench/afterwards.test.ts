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

test("nothing is undone before what was made on top of it is, though it fails and is interrupted at once", async () => {
  const undone: string[] = [];
  let endServer = (): void => undefined;
  afterwards(() => undone.push("directory"));
  afterwards(async () => {
    await new Promise<void>((resolve) => {
      endServer = resolve;
    });
    undone.push("server");
  });
  const both = [undoAll(), undoAll()];
  await new Promise((resolve) => setImmediate(resolve));
  expect(undone).toEqual([]);
  endServer();
  await Promise.all(both);
  expect(undone).toEqual(["server", "directory"]);
});
