import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeClock } from "../clock/index.ts";
import { Metrics } from "../metrics/index.ts";
import { openStore, type StoreOptions } from "./open-store.ts";
import { restoreInto } from "./restore.ts";
import type { Store } from "./store.ts";

let root: string;
let directory: string;
const open: Store[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "plush-store-"));
  directory = join(root, "store");
});

afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  rmSync(root, { recursive: true, force: true });
});

async function openHere(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ directory, clock: new FakeClock(), ...options });
  open.push(store);
  return store;
}

const put = (key: string, text: string, expiresAt?: number) => ({
  key,
  value: () => ({ text }),
  ...(expiresAt !== undefined && { expiresAt }),
});

test("a directory has one store at a time; a lock of a dead process is taken", async () => {
  const store = await openHere();
  await expect(openStore({ directory, clock: new FakeClock() })).rejects.toMatchObject({
    reason: "Conflict",
    message: `${directory} is in use by another Plush server (process ${process.pid})`,
  });
  await store.commit([], [put("/k", "1")]); // the refused one has done no harm
  await store.close();
  writeFileSync(join(directory, "lock.pid"), "999999\n");
  expect((await openHere()).get("/k")?.value).toEqual({ text: "1" });
});

test("files that are no store are refused with a clear word, and the lock is free again", async () => {
  await (await openHere()).close();
  const file = join(directory, "store.db");
  writeFileSync(file, "this is a text that was put here by mistake".repeat(100));
  for (let attempt = 0; attempt < 2; attempt++) {
    await expect(openHere()).rejects.toMatchObject({
      message: expect.stringContaining(`${file} is not a Plush store`),
    });
  }
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("a full disk fails the commit, and those decided on top of it, and nothing else", async () => {
  const store = await openHere({ quotaBytes: 300_000 });
  const { revision } = await store.commit([], [put("/k", "before")]);
  const outcomes = await Promise.allSettled([
    store.commit([], [put("/big", "x".repeat(400_000))]),
    store.commit([], [put("/k", "on top")]),
  ]);
  expect(outcomes).toMatchObject([
    { status: "rejected", reason: { reason: "ServiceUnavailable" } },
    { status: "rejected", reason: { reason: "ServiceUnavailable" } },
  ]);
  expect(store.head("/k")).toMatchObject({ revision, value: { text: "before" } });
  const again = await store.commit([{ key: "/k", revision }], [put("/k", "after")]);
  // Somebody may have seen the failed commits' revisions at the head: they are not given to others.
  expect(again.revision).toBe(revision + 3);
  await store.close();
  expect((await openHere()).list("/").entries).toMatchObject([{ key: "/k", value: { text: "after" } }]);
});

test("who answers by what the head shows waits until it is durable, and hears where that comes to nothing", async () => {
  const store = await openHere({ quotaBytes: 300_000 });
  await store.settled("/k");
  const commit = store.commit([], [put("/k", "text")]);
  expect(store.get("/k")).toBeUndefined();
  await store.settled("/k");
  expect(store.get("/k")).toMatchObject({ value: { text: "text" } });
  await commit;
  const failing = store.commit([], [put("/big", "x".repeat(400_000))]);
  const waiting = store.settled("/big");
  await expect(failing).rejects.toMatchObject({ reason: "ServiceUnavailable" });
  await expect(waiting).rejects.toMatchObject({ reason: "ServiceUnavailable" });
  await store.settled("/big");
});

test("keys expire; a rewrite without a deadline keeps them", async () => {
  const clock = new FakeClock();
  const store = await openHere({ clock });
  const deleted: string[] = [];
  store.watch("/events/", store.revision, {
    onChanges: (changes) => deleted.push(...changes.flatMap(({ key, current }) => (current ? [] : key))),
    onEnd: () => {},
  });
  const soon = clock.now() + 30_000;
  await store.commit([], [put("/events/a", "", soon), put("/events/b", "", soon), put("/events/c", "")]);
  await store.commit([], [put("/events/b", "kept")]);
  await clock.advance(45_000);
  await expect.poll(() => deleted).toEqual(["/events/a"]);
  await store.commit([], [put("/events/d", "", clock.now() + 1000)]);
  await store.close();
  await clock.advance(60_000);
  const again = await openHere({ clock });
  await clock.advance(10_000);
  await expect.poll(() => again.list("/").entries.map(({ key }) => key)).toEqual(["/events/b", "/events/c"]);
});

test("compaction forgets old history, keeps what is current, and lets clients know", async () => {
  const clock = new FakeClock();
  const metrics = new Metrics();
  const retention = { maxAgeMs: 60_000, minAgeMs: 0, minRevisions: 0 };
  const store = await openHere({ clock, metrics, retention });
  await store.commit([], [put("/old", "1"), put("/gone", "1")]);
  await Promise.all(Array.from({ length: 1200 }, (_, n) => store.commit([], [put("/k", String(n))])));
  await store.commit([], [{ key: "/gone", value: undefined }]);
  await clock.advance(10_000);
  const { revision } = await store.commit([], [put("/k", "marked")]);
  await clock.advance(60_000);
  await store.commit([], [put("/k", "last")]);
  await clock.advance(50_000);
  expect(store.compacted).toBe(revision);
  expect(() => store.list("/", { revision: revision - 1 })).toThrow("too old");
  const nobody = { onChanges: () => {}, onEnd: () => {} };
  expect(() => store.watch("/", revision - 1, nobody)).toThrow("too old");
  const swept = async () => /^plush_store_swept_rows_total (\d+)/m.exec((await metrics.text()).body)?.[1];
  await expect.poll(swept).toBe("1202"); // 1,200 older values of /k, and /gone with its tombstone
  await store.close();

  const again = await openHere({ clock });
  expect(again.compacted).toBe(revision);
  expect(again.list("/", { revision }).entries).toMatchObject([{ value: { text: "marked" } }, { key: "/old" }]);
  expect(again.list("/").entries).toMatchObject([{ value: { text: "last" } }, { key: "/old" }]);
});

test("a backup is taken while commits go on, and a restore raises term and revision and starts history anew", async () => {
  const clock = new FakeClock();
  const store = await openHere({ clock });
  await store.commit([], [put("/k", "1"), put("/gone", "1")]);
  await store.commit([], [put("/k", "2"), { key: "/gone", value: undefined }]);
  const file = join(root, "backup.db");
  const [, { revision }] = await Promise.all([store.backup(file), store.commit([], [put("/other", "1")])]);
  expect(statSync(file).mode & 0o077).toBe(0);
  await expect(store.backup(file)).rejects.toMatchObject({ reason: "AlreadyExists" });
  expect(() => restoreInto(file, directory, clock.now())).toThrow("in use");
  const { term, clusterUid } = store;
  await store.close();

  const restored = restoreInto(file, directory, clock.now());
  expect(restored.term).toBe(term + 1); // the clock stood still
  expect(existsSync(join(String(restored.movedAside), "store.db"))).toBe(true);
  const again = await openHere({ clock });
  expect(again).toMatchObject({
    term: term + 1,
    clusterUid,
    revision: restored.revision,
    compacted: restored.revision,
  });
  expect(again.revision).toBeGreaterThan(revision + 999_000_000);
  expect(again.get("/k")?.value).toEqual({ text: "2" });
  expect(again.get("/gone")).toBeUndefined();
  const next = await again.commit([], [put("/k", "3")]);
  expect(next.revision).toBe(restored.revision + 1);
  expect(readdirSync(root).filter((name) => name.includes("restoring"))).toEqual([]);
});

test("B-RST-1: each restore raises epochs beyond those of the backup, of what it replaces, and of any server before", async () => {
  const clock = new FakeClock();
  const store = await openHere({ clock });
  expect(store.epochFloor).toBe(0);
  const file = join(root, "backup.db");
  await store.backup(file);
  await store.close();
  const restore = async (): Promise<readonly [number, number]> => {
    restoreInto(file, directory, clock.now());
    const again = await openHere({ clock });
    await again.close();
    return [again.term, again.epochFloor];
  };
  const [term, floor] = await restore();
  expect(floor).toBe(Math.floor(clock.now() / 1000));
  await clock.advance(1000);
  // Hardly any time has gone by, and the backup knows nothing of the restore before; what is replaced does.
  const [later, higher] = await restore();
  expect([later, higher]).toEqual([term + 1, floor + 1000]);
  await clock.advance(3_600_000);
  expect(await restore()).toEqual([Math.floor(clock.now() / 1000), Math.floor(clock.now() / 1000)]);
  // What stood there cannot be read any more: time alone has gone on.
  writeFileSync(join(directory, "store.db"), "damaged");
  await clock.advance(1000);
  expect((await restore())[1]).toBe(Math.floor(clock.now() / 1000));
});

test("a store of the format before this one is brought up to it, and its backups are restored", async () => {
  const clock = new FakeClock();
  const store = await openHere();
  const { revision } = await store.commit([], [put("/k", "1"), put("/l", "1")]);
  await store.close();
  const file = join(directory, "store.db");
  const database = new Database(file);
  database.exec("ALTER TABLE log DROP COLUMN sum; DELETE FROM meta WHERE name = 'objects'; PRAGMA user_version = 1");
  database.close();
  const old = join(root, "old.db");
  copyFileSync(file, old);
  const again = await openHere();
  expect(again.get("/k")).toMatchObject({ revision, value: { text: "1" } });
  await again.commit([{ key: "/k", revision }], [put("/k", "2")]);
  await again.close();
  expect((await openHere()).list("/").entries).toMatchObject([{ value: { text: "2" } }, { value: { text: "1" } }]);
  restoreInto(old, join(root, "restored"), clock.now());
  const restored = await openStore({ directory: join(root, "restored"), clock });
  open.push(restored);
  expect(restored.list("/").entries).toHaveLength(2);
});
