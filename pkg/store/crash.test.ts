import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../clock/index.ts";
import { openStore } from "./open-store.ts";
import { bundleFixture } from "./testing/bundle-fixture.ts";
import { faultsOf, highestAcknowledged } from "./testing/numbered-commits.ts";

let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "plush-store-crash-"));
  await bundleFixture("pkg/store/fixtures/commit-until-killed.ts", directory);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the child until it has acknowledged `enough` commits, kills it, and returns the highest count per writer. */
async function runAndKill(store: string, enough: number): Promise<ReadonlyMap<string, number>> {
  const child = spawn(process.execPath, [join(directory, "child.mjs"), store], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (output.length > enough * 4) child.kill("SIGKILL");
  });
  const [, signal] = await once(child, "close");
  expect(signal).toBe("SIGKILL");
  return highestAcknowledged(output);
}

test("what was acknowledged survives kill -9 at any time, and commits stay whole", { timeout: 120_000 }, async () => {
  const path = join(directory, "store");
  for (const enough of [1, 50, 400, 1500]) {
    const acknowledged = await runAndKill(path, enough);
    const store = await openStore({ directory: path, clock: systemClock });
    expect(faultsOf(store, acknowledged)).toEqual([]);
    // The log tells the same story as the current state.
    const replayed = new Map<string, unknown>();
    const onChanges = (changes: readonly { key: string; current: unknown }[]) => {
      for (const { key, current } of changes) replayed.set(key, current);
    };
    const watcher = store.watch("/", 1, { onChanges, onEnd: () => {} });
    await expect.poll(() => watcher.isLive).toBe(true);
    expect([...replayed.values()]).toEqual(expect.arrayContaining([...store.list("/").entries]));
    await store.close();
  }
});
