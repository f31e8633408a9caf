import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeRoomForNeighbours } from "./neighbours.ts";

test("there is room for the neighbours of hundreds of hosts, and nothing is taken away where there is more", async () => {
  const directory = mkdtempSync(join(tmpdir(), "plush-neighbours-"));
  const kernel = { gc_thresh1: 128, gc_thresh2: 512, gc_thresh3: 100_000 };
  for (const [name, entries] of Object.entries(kernel)) writeFileSync(join(directory, name), `${entries}\n`);
  await makeRoomForNeighbours(directory);
  const after = Object.keys(kernel).map((name) => Number(readFileSync(join(directory, name), "utf8")));
  expect(after).toEqual([4096, 16_384, 100_000]);
  rmSync(directory, { recursive: true });
});
