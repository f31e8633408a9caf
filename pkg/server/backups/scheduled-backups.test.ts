import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { FakeClock } from "../../clock/index.ts";
import { silentLogger } from "../../log/index.ts";
import { Metrics } from "../../metrics/index.ts";
import { openStore } from "../../store/index.ts";
import { dataDirectory } from "../data-directory.ts";
import { Backups } from "./backup.ts";
import { checkBackup } from "./restore.ts";
import { ScheduledBackups } from "./scheduled-backups.ts";

const start = Date.parse("2026-01-02T03:00:00Z");
const hourMs = 3_600_000;
const eventually = { timeout: 15_000, interval: 10 };

let scratch = "";
let kept = "";

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "plush-scheduled-"));
  kept = join(scratch, "backups");
  return () => rm(scratch, { recursive: true, force: true });
});

async function scheduled(check?: (file: string) => Promise<void>) {
  const clock = new FakeClock(start);
  const metrics = new Metrics();
  const data = dataDirectory(join(scratch, "data"));
  await mkdir(data.root, { recursive: true });
  const store = await openStore({ directory: data.store, clock });
  onTestFinished(() => store.close());
  const backups = new ScheduledBackups({
    schedule: { directory: kept, everyMs: hourMs, keep: 2 },
    backups: new Backups(data, store),
    check: check ?? (async (file) => void (await checkBackup(file, clock.now()))),
    ...{ clock, metrics, log: silentLogger },
  });
  onTestFinished(() => backups.stop());
  return { backups, clock, metrics };
}

const names = async (): Promise<string[]> => (await readdir(kept)).sort();

describe("backups that the server makes by itself", () => {
  test("B-OPS-1: one each period; the newest few are kept; what is not theirs stays", async () => {
    const { backups, clock, metrics } = await scheduled();
    await backups.start();
    await writeFile(join(kept, "notes.txt"), "");
    for (let hour = 0; hour < 3; hour++) {
      await clock.advance(hour === 0 ? 0 : hourMs);
      await expect.poll(() => backups.state.newest, eventually).toBe(start + hour * hourMs);
    }
    expect(await names()).toEqual(["notes.txt", "plush-20260102T040000Z.tar", "plush-20260102T050000Z.tar"]);
    expect((await stat(join(kept, "plush-20260102T050000Z.tar"))).mode & 0o777).toBe(0o600);
    const { body } = await metrics.text();
    expect(body).toContain('plush_scheduled_backups_total{result="made"} 3');
    expect(body).toContain(`plush_last_backup_timestamp_seconds ${(start + 2 * hourMs) / 1000}`);
  });

  test("B-OPS-2: one that cannot be restored is not kept, pushes out no other, and is made again soon", async () => {
    let isDamaged = false;
    const { backups, clock } = await scheduled(async () => {
      if (isDamaged) throw new Error("its end is missing");
    });
    await backups.start();
    await clock.advance(0);
    await expect.poll(() => backups.state.newest, eventually).toBe(start);
    isDamaged = true;
    await clock.advance(hourMs);
    await expect.poll(() => backups.state.failure, eventually).toBe("its end is missing");
    expect(await names()).toEqual(["plush-20260102T030000Z.tar"]);
    isDamaged = false;
    await expect.poll(() => clock.pending, eventually).toBeGreaterThan(0);
    await clock.advance(5 * 60_000);
    await expect
      .poll(() => backups.state, eventually)
      .toMatchObject({ failure: undefined, newest: start + hourMs + 300_000 });
  });

  test("a restart goes on with what is there, and removes what was not finished", async () => {
    await mkdir(kept);
    await writeFile(join(kept, "plush-20260102T023000Z.tar"), "");
    await writeFile(join(kept, "plush-20260102T024500Z.tar.partial"), "");
    await mkdir(join(kept, "plush-20260102T024500Z.tar.checking-abc"));
    const { backups, clock } = await scheduled();
    await backups.start();
    expect(await names()).toEqual(["plush-20260102T023000Z.tar"]);
    await clock.advance(hourMs / 2);
    await expect.poll(() => backups.state.newest, eventually).toBe(start + hourMs / 2);
  });

  test("a directory that cannot be used is told at the start", async () => {
    await writeFile(kept, "a file in the way");
    const { backups } = await scheduled();
    await expect(backups.start()).rejects.toThrow(kept);
  });
});
