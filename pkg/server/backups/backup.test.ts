import { createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../clock/index.ts";
import { openStore, type Store } from "../../store/index.ts";
import { type DataDirectory, dataDirectory } from "../data-directory.ts";
import { Backups, dropUnfinishedBackups } from "./backup.ts";
import { restoreBackup } from "./restore.ts";

const now = Date.parse("2026-01-02T03:04:05Z");

let scratch = "";

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "plush-backup-"));
  return () => rm(scratch, { recursive: true, force: true });
});

async function open(root: string): Promise<{ data: DataDirectory; store: Store }> {
  const data = dataDirectory(root);
  await mkdir(root, { recursive: true });
  const store = await openStore({ directory: data.store, clock: systemClock });
  onTestFinished(() => store.close());
  return { data, store };
}

const thing = { kind: "Thing", text: "kept" };

/** A data directory with one object, keys and a package. */
async function aServer(root = join(scratch, "data")): Promise<{ data: DataDirectory; store: Store }> {
  const server = await open(root);
  await server.store.commit([], [{ key: "/things/a", value: () => thing }]);
  for (const [directory, name, content] of [
    ["pki", "ca.key", "the authority's key"],
    ["keys", "document-key.pem", "the document key"],
    ["blobs/sha256", "ab12", "a package"],
    ["blobs/sha256", "empty", ""],
    ["blobs/partial", "new-1", "half a pack"],
  ] as const) {
    await mkdir(join(root, directory), { recursive: true });
    await writeFile(join(root, directory, name), content);
  }
  return server;
}

async function backedUp({ data, store }: { data: DataDirectory; store: Store }): Promise<string> {
  const file = join(scratch, "backup.tar");
  await pipeline(await new Backups(data, store).make(now), createWriteStream(file));
  return file;
}

/** A tar file with members of these names and contents. */
async function anArchive(members: Readonly<Record<string, string>>): Promise<string> {
  const archive = pack();
  for (const [name, content] of Object.entries(members)) archive.entry({ name }, content);
  archive.finalize();
  const file = join(scratch, "made.tar");
  await pipeline(archive, createWriteStream(file));
  return file;
}

const names = async (directory: string): Promise<string[]> => (await readdir(directory)).sort();

describe("backup and restore", () => {
  test("bring back the objects, keys and packages under a higher term", async () => {
    const server = await aServer();
    const file = await backedUp(server);
    const root = join(scratch, "other");
    const { createdAt, term, movedAside } = await restoreBackup(file, root, now);
    expect({ createdAt, movedAside }).toEqual({ createdAt: "2026-01-02T03:04:05.000Z", movedAside: undefined });
    expect(term).toBeGreaterThan(server.store.term);
    const restored = await open(root);
    expect(restored.store.term).toBe(term);
    expect(restored.store.clusterUid).toBe(server.store.clusterUid);
    expect(restored.store.revision).toBeGreaterThan(server.store.revision);
    expect(restored.store.get("/things/a")).toMatchObject({ value: thing });
    expect(await readFile(join(root, "pki/ca.key"), "utf8")).toBe("the authority's key");
    expect(await readFile(join(root, "keys/document-key.pem"), "utf8")).toBe("the document key");
    expect(await names(join(root, "blobs"))).toEqual(["sha256"]);
    expect(await readFile(join(root, "blobs/sha256/ab12"), "utf8")).toBe("a package");
    expect(await readFile(join(root, "blobs/sha256/empty"), "utf8")).toBe("");
    expect(await readFile(restored.data.restoredMark, "utf8")).toContain("2026-01-02");
    expect(await names(root)).toEqual(["blobs", "keys", "pki", "restored", "store"]);
  });

  test("what comes out is for its owner alone", async () => {
    const file = await backedUp(await aServer());
    const root = join(scratch, "other");
    await restoreBackup(file, root, now);
    const modeOf = async (path: string): Promise<string> => ((await stat(join(root, path))).mode & 0o777).toString(8);
    expect(await Promise.all([".", "pki", "pki/ca.key", "store", "store/store.db"].map(modeOf))).toEqual([
      "700",
      "700",
      "600",
      "700",
      "600",
    ]);
  });

  test("move what is there aside, and put up with an empty directory", async () => {
    const file = await backedUp(await aServer());
    const root = join(scratch, "other");
    await mkdir(root);
    expect((await restoreBackup(file, root, now)).movedAside).toBeUndefined();
    await writeFile(join(root, "mine"), "precious");
    const { movedAside = "" } = await restoreBackup(file, root, now);
    expect(movedAside).toBe(`${root}.before-restore-2026-01-02T03-04-05-000Z`);
    expect(await readFile(join(movedAside, "mine"), "utf8")).toBe("precious");
    expect(await names(scratch)).toEqual([
      "backup.tar",
      "data",
      "other",
      "other.before-restore-2026-01-02T03-04-05-000Z",
    ]);
  });

  test("refuse a directory on which a server runs, and leave it alone", async () => {
    const server = await aServer();
    const before = await names(server.data.root);
    const file = await backedUp(server);
    await expect(restoreBackup(file, server.data.root, now)).rejects.toMatchObject({
      reason: "Conflict",
      message: expect.stringContaining(`in use by another Plush server (process ${process.pid})`),
    });
    await expect.poll(() => names(server.data.root)).toEqual(before);
    expect(await names(scratch)).toEqual(["backup.tar", "data"]);
  });

  test("leave nothing beside the data, read to the end or not, or never begun", async () => {
    const { data, store } = await aServer();
    const before = await names(data.root);
    const drop = async (bytes: { destroy(): unknown }): Promise<void> => {
      bytes.destroy();
      await expect.poll(() => names(data.root)).toEqual(before);
    };
    const backups = new Backups(data, store);
    await drop(await backups.make(now));
    const begun = await backups.make(now);
    await begun[Symbol.asyncIterator]().next();
    await drop(begun);
    await Promise.all([backups.make(now), backups.make(now)]);
    await backups.close();
    expect(await names(data.root)).toEqual(before);
    await mkdir(join(data.root, "backup-killed"));
    await dropUnfinishedBackups(data);
    expect(await names(data.root)).toEqual(before);
  });
});

describe("a file that is no good backup", () => {
  async function refusal(file: string): Promise<string> {
    const root = join(scratch, "other");
    const fault: unknown = await restoreBackup(file, root, now).catch((error: unknown) => error);
    expect(fault).toMatchObject({ reason: expect.stringMatching(/^(BadRequest|NotFound)$/) });
    expect(existsSync(root)).toBe(false);
    expect((await names(scratch)).filter((name) => name.includes("restoring"))).toEqual([]);
    return fault instanceof Error ? fault.message.replaceAll(scratch, "") : "";
  }

  const header = JSON.stringify({ plushBackup: 1, createdAt: "", clusterUid: "" });
  const prefix = "/made.tar is not a backup of a Plush server, or is damaged: ";

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["out of the directory", { "../evil": "x" }, 'unexpected member "../evil"'],
    ["out of it, further down", { "keys/../../evil": "x" }, 'unexpected member "keys/../../evil"'],
    ["absolute", { "/etc/evil": "x" }, 'unexpected member "/etc/evil"'],
    ["of no backup", { "readme.md": "x" }, 'unexpected member "readme.md"'],
    [
      "twice the same by another name",
      { "keys/a": "x", "keys/./a": "y" },
      "EEXIST: file already exists, open 'it/keys/a'",
    ],
    ["of another version", { "backup.json": '{"plushBackup":2}' }, "it is not of version 1"],
    ["without its end", { "backup.json": header, "store.db": "x" }, "its end is missing"],
    ["without a header", { end: "" }, "ENOENT: no such file or directory, open 'it/backup/backup.json'"],
  ])("members %s", async (_name, members, message) => {
    expect(await refusal(await anArchive(members))).toBe(prefix + message);
  });

  test("a store that is none", async () => {
    const file = await anArchive({ "backup.json": header, "store.db": "not a database, but text", end: "" });
    expect(await refusal(file)).toContain(prefix);
  });

  test("cut, wherever it is", async () => {
    const file = await backedUp(await aServer());
    const { size } = await stat(file);
    for (const left of [size - 1536, Math.floor(size / 2), 512, 100, 0]) {
      await truncate(file, left);
      expect(await refusal(file), `${left} of ${size} bytes`).toMatch(/^\/backup\.tar is not a backup/);
    }
  });

  test("damaged in the middle of the store", async () => {
    const file = await backedUp(await aServer());
    const bytes = await readFile(file);
    bytes.fill(0x5a, 512 * 4, 512 * 12);
    await writeFile(file, bytes);
    expect(await refusal(file)).toContain("/backup.tar is not a backup of a Plush server, or is damaged");
  });

  test("not there", async () => {
    expect(await refusal(join(scratch, "none.tar"))).toBe("/none.tar does not exist");
  });
});
