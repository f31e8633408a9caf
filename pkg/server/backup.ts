import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, pack } from "tar-stream";
import { StatusError } from "../status/index.ts";
import { restoreInto, type Store } from "../store/index.ts";
import { type DataDirectory, dataDirectory } from "./data-directory.ts";

/** First member of a backup: what it is. */
interface BackupHeader {
  readonly plushBackup: 1;
  readonly createdAt: string;
  readonly clusterUid: string;
}

const headerName = "backup.json";
const storeName = "store.db";

/**
 * A consistent copy of the server's state as a tar stream, made while it runs: the store, certificates, keys, packages.
 * Who holds it holds the keys to everything: it is to be kept as a key is.
 */
export async function makeBackup(data: DataDirectory, store: Store, now: number): Promise<Readable> {
  const scratch = await mkdtemp(join(data.root, "backup-"));
  const copy = join(scratch, storeName);
  await store.backup(copy);
  const header: BackupHeader = { plushBackup: 1, createdAt: new Date(now).toISOString(), clusterUid: store.clusterUid };
  return Readable.from(backupBytes(data, header, copy, scratch));
}

async function* backupBytes(
  data: DataDirectory,
  header: BackupHeader,
  copy: string,
  scratch: string,
): AsyncGenerator<Buffer> {
  const archive = pack();
  const filled = fillArchive(archive, data, header, copy);
  try {
    for await (const chunk of archive) yield chunk as Buffer;
    await filled;
  } finally {
    archive.destroy();
    await filled.catch(() => undefined);
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fillArchive(
  archive: ReturnType<typeof pack>,
  data: DataDirectory,
  header: BackupHeader,
  copy: string,
): Promise<void> {
  try {
    archive.entry({ name: headerName }, `${JSON.stringify(header, null, 2)}\n`);
    await addFile(archive, copy, storeName);
    for (const directory of [data.pki, data.keys, data.blobs]) {
      for (const file of await filesUnder(directory)) await addFile(archive, file, relative(data.root, file));
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

async function addFile(archive: ReturnType<typeof pack>, file: string, name: string): Promise<void> {
  const { size } = await stat(file);
  await new Promise<void>((resolve, reject) => {
    const entry = archive.entry({ name, size, mode: 0o600 }, (error) => (error ? reject(error) : resolve()));
    pipeline(createReadStream(file, { end: Math.max(0, size - 1) }), entry).catch(reject);
  });
}

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export interface RestoreResult {
  readonly createdAt: string;
  readonly term: number;
  /** Where the data directory that was there is now. */
  readonly movedAside?: string;
}

/**
 * Makes `root` a data directory with the content of a backup. What stands there is moved aside, never overwritten. The
 * term is raised, so that agents obey the restored server; a server that runs on the directory is refused.
 */
export async function restoreBackup(file: string, root: string, now: number): Promise<RestoreResult> {
  await mkdir(dirname(root), { recursive: true });
  const fresh = await mkdtemp(`${root}.restoring-`);
  try {
    const header = await unpackBackup(file, fresh);
    const data = dataDirectory(fresh);
    const { term } = restoreInto(join(fresh, storeName), data.store, now);
    await rm(join(fresh, storeName));
    await writeFile(data.restoredMark, `from the backup of ${header.createdAt}\n`);
    const movedAside = await moveAside(root, now);
    await rename(fresh, root);
    return { createdAt: header.createdAt, term, ...(movedAside !== undefined && { movedAside }) };
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function unpackBackup(file: string, directory: string): Promise<BackupHeader> {
  const archive = extract();
  const feeding = pipeline(createReadStream(file), archive);
  try {
    for await (const entry of archive) {
      const target = join(directory, safeName(entry.header.name));
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await pipeline(entry, createWriteStream(target, { mode: 0o600, flags: "wx" }));
    }
    await feeding;
    return readHeader(await readFile(join(directory, headerName), "utf8"));
  } catch (error) {
    feeding.catch(() => undefined);
    throw new StatusError("BadRequest", `${file} is not a backup of a Plush server, or is damaged`, { cause: error });
  }
}

function safeName(name: string): string {
  if (!/^(backup\.json|store\.db|(pki|keys|blobs)\/[\w./-]+)$/.test(name) || name.split("/").includes("..")) {
    throw new Error(`unexpected member ${JSON.stringify(name)}`);
  }
  return name;
}

function readHeader(text: string): BackupHeader {
  const header: unknown = JSON.parse(text);
  if (typeof header !== "object" || header === null || (header as BackupHeader).plushBackup !== 1)
    throw new Error("not version 1");
  return header as BackupHeader;
}

async function moveAside(root: string, now: number): Promise<string | undefined> {
  const entries = await readdir(root).catch(() => undefined);
  if (entries === undefined) return undefined;
  if (entries.length === 0) {
    await rm(root, { recursive: true });
    return undefined;
  }
  const aside = `${root}.before-restore-${new Date(now).toISOString().replace(/[:.]/g, "-")}`;
  await rename(root, aside);
  return aside;
}
