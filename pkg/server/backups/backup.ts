import { createReadStream } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { toDiskStatus } from "../../disk/index.ts";
import type { Store } from "../../store/index.ts";
import type { DataDirectory } from "../data-directory.ts";
import { type BackupHeader, backupMembers } from "./backup-layout.ts";

/** Copies of the store that are on their way into a backup. */
const scratchPrefix = "backup-";

/** Backups that are on their way to who asked for them. */
export class Backups {
  readonly #data: DataDirectory;
  readonly #store: Store;
  /** What ends when the stream's scratch files are gone. */
  readonly #underway = new Map<Readable, Promise<void>>();

  constructor(data: DataDirectory, store: Store) {
    this.#data = data;
    this.#store = store;
  }

  /**
   * A consistent copy of the server's state as a tar stream, made while it runs: the store, certificates, keys, packages.
   * Who holds it holds the keys to everything: it is to be kept as a key is.
   */
  async make(now: number): Promise<Readable> {
    const scratch = await mkdtemp(join(this.#data.root, scratchPrefix)).catch((error: unknown) => {
      throw toDiskStatus(this.#data.root, error);
    });
    const dropScratch = (): Promise<void> => rm(scratch, { recursive: true, force: true });
    const copy = join(scratch, backupMembers.store);
    try {
      await this.#store.backup(copy);
    } catch (error) {
      await dropScratch();
      throw error;
    }
    const { clusterUid } = this.#store;
    const header: BackupHeader = { plushBackup: 1, createdAt: new Date(now).toISOString(), clusterUid };
    const bytes = Readable.from(backupBytes(this.#data, header, copy), { objectMode: false });
    // Also where nobody reads to the end, or begins to.
    const closed = new Promise<void>((resolve) => bytes.once("close", resolve));
    this.#underway.set(
      bytes,
      closed.then(dropScratch).finally(() => this.#underway.delete(bytes)),
    );
    return bytes;
  }

  /** Ends what is under way; afterwards the data directory holds nothing of it. */
  async close(): Promise<void> {
    const underway = [...this.#underway];
    for (const [bytes] of underway) bytes.destroy();
    await Promise.allSettled(underway.map(([, gone]) => gone));
  }
}

/** Removes what a server that was killed during a backup left behind. */
export async function dropUnfinishedBackups(data: DataDirectory): Promise<void> {
  const names = await readdir(data.root);
  for (const name of names.filter((it) => it.startsWith(scratchPrefix)))
    await rm(join(data.root, name), { recursive: true, force: true });
}

async function* backupBytes(data: DataDirectory, header: BackupHeader, copy: string): AsyncGenerator<Buffer> {
  const archive = pack();
  const filled = fillArchive(archive, data, header, copy);
  filled.catch(() => undefined); // told through the archive, which it destroys
  try {
    for await (const chunk of archive) yield chunk as Buffer;
    await filled;
  } finally {
    archive.destroy();
  }
}

async function fillArchive(archive: Pack, data: DataDirectory, header: BackupHeader, copy: string): Promise<void> {
  try {
    archive.entry({ name: backupMembers.header }, `${JSON.stringify(header, null, 2)}\n`);
    await addFile(archive, copy, backupMembers.store);
    // Packages that are still on their way are no state: they are sent again.
    for (const directory of [data.pki, data.keys, data.completeBlobs]) {
      for (const file of await filesUnder(directory)) await addFile(archive, file, relative(data.root, file));
    }
    archive.entry({ name: backupMembers.end }, "");
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

/** A package that went unused since the files were listed is left out. */
async function addFile(archive: Pack, file: string, name: string): Promise<void> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found === undefined) return;
  const { size } = found;
  await new Promise<void>((resolve, reject) => {
    const done = (error?: Error | null): void => (error ? reject(error) : resolve());
    if (size === 0) return void archive.entry({ name, mode: 0o600 }, "", done);
    const entry = archive.entry({ name, size, mode: 0o600 }, done);
    pipeline(createReadStream(file, { end: size - 1 }), entry).catch(reject);
  });
}

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
