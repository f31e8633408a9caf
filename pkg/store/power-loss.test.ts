import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { losePower, missedBy } from "../../test/support/power-loss/power-losses.ts";
import {
  compileRecorder,
  type Recorded,
  readRecording,
  recordingVariables,
} from "../../test/support/power-loss/recording.ts";
import { isInstalled } from "../../test/support/programs.ts";
import { systemClock } from "../clock/index.ts";
import { openStore } from "./open-store.ts";
import { bundleFixture } from "./testing/bundle-fixture.ts";
import { faultsOf, highestAcknowledged } from "./testing/numbered-commits.ts";

describe.runIf(process.platform === "linux" && isInstalled("cc"))("a power loss at any moment", () => {
  let scratch: string;
  let root: string;
  let recording: readonly Recorded[];

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "plush-store-power-"));
    root = join(scratch, "root");
    mkdirSync(root);
    await bundleFixture("pkg/store/fixtures/commit-and-fold.ts", scratch);
    const library = compileRecorder(scratch) ?? "";
    const log = join(scratch, "log");
    const child = [join(scratch, "child.mjs"), join(root, "data", "store"), join(root, "acknowledged")];
    await promisify(execFile)(process.execPath, child, {
      env: { ...process.env, ...recordingVariables(library, root, log) },
    });
    recording = readRecording(log);
  });

  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test("is modelled on a recording that misses nothing", () => {
    expect(missedBy(recording, root)).toEqual([]);
    expect(recording.filter(({ operation }) => operation.kind === "sync").length).toBeGreaterThan(20);
  });

  test("B-DSK-1: takes back no commit that was acknowledged, and leaves no other one by half", async () => {
    await losePower({
      root,
      recording,
      points: 250,
      check: async ({ directory, at }) => {
        const path = join(directory, "data", "store");
        const store = await openStore({ directory: path, clock: systemClock });
        try {
          expect(faultsOf(store, highestAcknowledged(acknowledgedBefore(at)))).toEqual([]);
          await store.commit([], [{ key: "/after", value: () => ({}) }]);
        } finally {
          await store.close();
        }
        expect(existsSync(join(path, "store.db-wal"))).toBe(false);
      },
    });
  }, 600_000);

  /** What the child had been told when the recording was so long. */
  function acknowledgedBefore(at: number): string {
    const file = recording.find(
      ({ operation }) => operation.kind === "open" && operation.path.endsWith("/acknowledged"),
    );
    const number = file?.operation.kind === "open" ? file.operation.file : -1;
    return recording
      .flatMap(({ operation, end }) =>
        end <= at && operation.kind === "write" && operation.file === number ? [operation.bytes.toString()] : [],
      )
      .join("");
  }
});
