import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { seeded } from "../../test/support/seeded.ts";
import { canMount, SmallDisk } from "../../test/support/small-disk.ts";
import { systemClock } from "../clock/index.ts";
import { StatusError } from "../status/index.ts";
import { openStore } from "./open-store.ts";
import { restoreInto } from "./restore.ts";
import type { Store } from "./store.ts";

let root: string;
let directory: string;
const open: Store[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "plush-disk-faults-"));
  directory = join(root, "store");
  // After what a suite cleans up itself.
  onTestFinished(async () => {
    await closeAll();
    rmSync(root, { recursive: true, force: true });
  });
});

async function closeAll(): Promise<void> {
  for (const store of open.splice(0)) await store.close();
}

async function openHere(where = directory): Promise<Store> {
  const store = await openStore({ directory: where, clock: systemClock });
  open.push(store);
  return store;
}

const put = (key: string, text: string) => ({ key, value: () => ({ text }) });

async function refusalOf(action: Promise<unknown>): Promise<StatusError> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StatusError)) throw new Error(`no refusal, but ${error}`);
  return error;
}

describe.skipIf(!canMount)("on a file system of its own (root)", () => {
  let disk: SmallDisk;

  beforeEach(() => {
    disk = new SmallDisk(join(root, "disk"), 4);
    directory = join(disk.path, "store");
    return async () => {
      await closeAll();
      disk.unmount();
    };
  });

  test("B-DSK-3: a full disk refuses writes for now, loses none, is read from, and is written to again when there is room", async () => {
    const store = await openHere();
    const { revision } = await store.commit([], [put("/k", "before")]);
    disk.fill();
    const refusal = await refusalOf(store.commit([], [put("/k", "x".repeat(100_000))]));
    expect(refusal).toMatchObject({ code: 503, retryable: true, details: { retryAfterSeconds: 5 } });
    expect(refusal.message).toBe(
      `${directory}/store.db cannot be written: its disk is full; make room, nothing else is needed`,
    );
    expect(store.get("/k")).toMatchObject({ revision, value: { text: "before" } });
    expect(store.list("/").entries).toHaveLength(1);
    disk.makeRoom();
    await store.commit([{ key: "/k", revision }], [put("/k", "after")]);
    await store.close();
    expect((await openHere()).get("/k")?.value).toEqual({ text: "after" });
  });

  test("B-DSK-3: a store that was cut off on a full disk opens there, or says why not, and has everything when there is room", async () => {
    const store = await openHere();
    for (let n = 0; n < 20; n++) await store.commit([], [put(`/k${n}`, "x".repeat(1000))]);
    const copy = join(disk.path, "copy");
    cpSync(directory, copy, { recursive: true }); // as it is while it runs: its log is not folded in
    disk.fill();
    const refusal = await openHere(copy).then(
      (opened) => expect(opened.list("/").entries).toHaveLength(20),
      (error: StatusError) => error,
    );
    if (refusal instanceof StatusError)
      expect(refusal.message).toMatch(/store\.db cannot be written: its disk is full/);
    disk.makeRoom();
    await closeAll();
    expect((await openHere(copy)).list("/").entries).toHaveLength(20);
  });

  test("B-DSK-4: a disk that becomes read-only refuses writes for now, is read from, and is written to again", async () => {
    const store = await openHere();
    const { revision } = await store.commit([], [put("/k", "before")]);
    // While a file is open for writing, only the mount can be made read-only: that is what stops new files.
    await store.close();
    disk.remount("ro");
    const refusal = await refusalOf(openHere());
    expect(refusal).toMatchObject({ code: 503 });
    expect(refusal.message).toMatch(/cannot be written: its file system is read-only; make it writable/);
    disk.remount("rw");
    const again = await openHere();
    expect(again.get("/k")).toMatchObject({ revision, value: { text: "before" } });
    await again.commit([], [put("/k", "after")]);
  });
});

describe("bytes that a disk changed by itself", () => {
  /** A store with 60 objects, as it is on disk while it runs: part of it in the file, part in the log. */
  async function aCopy(): Promise<string> {
    const store = await openHere();
    for (let n = 0; n < 30; n++) await store.commit([], [put(`/k${n}`, `folded ${n} ${"x".repeat(200)}`)]);
    await store.close();
    const again = await openHere();
    for (let n = 30; n < 60; n++) await again.commit([], [put(`/k${n}`, `logged ${n} ${"x".repeat(200)}`)]);
    const copy = join(root, "copy");
    mkdirSync(copy);
    for (const name of ["store.db", "store.db-wal"]) copyFileSync(join(directory, name), join(copy, name));
    await again.close();
    return copy;
  }

  /** Opens it; the text of the refusal, or what is there. */
  async function lookInto(
    copy: string,
  ): Promise<{ readonly refusal: string } | { readonly objects: ReadonlyMap<string, unknown> }> {
    try {
      const store = await openStore({ directory: copy, clock: systemClock });
      const objects = new Map(store.list("/").entries.map(({ key, value }) => [key, value["text"]]));
      await store.close();
      return { refusal: "", objects };
    } catch (error) {
      return { refusal: StatusError.from(error).message };
    }
  }

  test.each([
    ["store.db", 0],
    // In the last commit a changed byte cannot be told from what a power loss tears: it was not acknowledged, perhaps.
    ["store.db-wal", 1],
  ])(
    "B-DSK-5: in %s are refused with the file and the way out, or do no harm",
    async (name, maxLost) => {
      const seed = Number(process.env["DISK_FAULT_SEED"] ?? Math.floor(Math.random() * 1e9));
      const random = seeded(seed);
      const copy = await aCopy();
      const good = readFileSync(join(copy, name));
      const other = name === "store.db" ? "store.db-wal" : "store.db";
      const otherGood = readFileSync(join(copy, other));
      let refused = 0;
      // Many bits harm nobody: on until one does.
      for (let round = 0; round < 25 || (refused === 0 && round < 500); round++) {
        const bytes = Buffer.from(good);
        const at = Math.floor(random() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
        writeFileSync(join(copy, name), bytes);
        writeFileSync(join(copy, other), otherGood);
        rmSync(join(copy, "store.db-shm"), { force: true });
        const found = await lookInto(copy);
        if ("objects" in found) {
          const wrong = [...found.objects].filter(([key, text]) => !String(text).includes(` ${key.slice(2)} x`));
          expect(wrong, `DISK_FAULT_SEED=${seed}: bit flipped at ${at} of ${name}`).toEqual([]);
          expect(found.objects.size, `DISK_FAULT_SEED=${seed}: bit flipped at ${at} of ${name}`).toBeGreaterThanOrEqual(
            60 - maxLost,
          );
        } else {
          refused += 1;
          expect(found.refusal).toMatch(/copy\/store\.db(-wal)? .*(damaged|not a Plush store|another program|format)/);
        }
      }
      expect(refused).toBeGreaterThan(0);
    },
    60_000,
  );

  test.each([
    ["a number", "UPDATE log SET value = 12 WHERE key = '/k3'"],
    ["bytes", "UPDATE log SET value = CAST(value AS BLOB) WHERE key = '/k3'"],
    ["nothing known", "UPDATE log SET sum = 'x' WHERE key = '/k3'"],
  ])("B-DSK-5: a text that became %s is refused as damage", async (_, statement) => {
    const copy = await aCopy();
    const database = new Database(join(copy, "store.db"));
    database.exec(statement);
    database.close();
    expect(await lookInto(copy)).toEqual({
      refusal: expect.stringMatching(/store\.db is damaged \(\/k3 at revision \d+ is not what was written\)/),
    });
  });

  test("B-DSK-5: a backup that was damaged is refused as one", async () => {
    const store = await openHere();
    for (let n = 0; n < 30; n++) await store.commit([], [put(`/k${n}`, "precious".repeat(20))]);
    const file = join(root, "backup.db");
    await store.backup(file);
    const bytes = readFileSync(file);
    const at = bytes.lastIndexOf("precious");
    bytes[at] = 0x50;
    writeFileSync(file, bytes);
    expect(() => restoreInto(file, join(root, "restored"), systemClock.now())).toThrow(
      /backup\.db is damaged \(\/k\d+ at/,
    );
    expect(statSync(root).isDirectory()).toBe(true);
  });
});
