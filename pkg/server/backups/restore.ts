import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { makeDirectory, renameDurably, syncTree, toDiskStatus } from "../../disk/index.ts";
import { StatusError } from "../../status/index.ts";
import { lockDirectory, restoreInto } from "../../store/index.ts";
import { dataDirectory } from "../data-directory.ts";
import { type BackupHeader, backupMembers, checkMemberName, isOfBackup } from "./backup-layout.ts";

export interface RestoreResult {
  readonly createdAt: string;
  readonly term: number;
  /** Where the data directory that was there is now. */
  readonly movedAside?: string;
}

/**
 * Makes `root` a data directory with the content of a backup. What stands there is moved aside, never overwritten. The
 * term is raised, so that agents obey the restored server. Conflict where a server runs on the directory, BadRequest
 * where the file is no backup or is damaged; then all is as it was. What was said to be restored outlives a power loss.
 */
export async function restoreBackup(file: string, root: string, now: number): Promise<RestoreResult> {
  if (!existsSync(file)) throw new StatusError("NotFound", `${file} does not exist`);
  makeDirectory(dirname(root));
  const fresh = await mkdtemp(`${root}.restoring-`);
  try {
    const { header, term } = await unpackWhole(file, { fresh, root, now });
    await writeFile(dataDirectory(fresh).restoredMark, `from the backup of ${header.createdAt}\n`);
    syncTree(fresh);
    const movedAside = await replaceDirectory(root, fresh, now);
    return { createdAt: header.createdAt, term, ...(movedAside !== undefined && { movedAside }) };
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/**
 * Restores a backup beside its file and throws the result away: who has done that knows that it can be restored. Needs as
 * much room as the backup. BadRequest where it is none, or is damaged.
 */
export async function checkBackup(file: string, now: number): Promise<Pick<RestoreResult, "createdAt">> {
  if (!existsSync(file)) throw new StatusError("NotFound", `${file} does not exist`);
  const fresh = await mkdtemp(`${file}.checking-`).catch((error: unknown) => {
    throw toDiskStatus(file, error);
  });
  try {
    const { header } = await unpackWhole(file, { fresh, root: fresh, now });
    return { createdAt: header.createdAt };
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

interface Unpacking {
  readonly fresh: string;
  readonly root: string;
  readonly now: number;
}

/** BadRequest with what is wrong, unless it is this machine's disk that is at fault. */
async function unpackWhole(file: string, places: Unpacking): Promise<Awaited<ReturnType<typeof unpack>>> {
  const { fresh, root } = places;
  return unpack(file, places).catch((error: unknown) => {
    const fault = toDiskStatus(root, error);
    if (fault.details.retryAfterSeconds !== undefined) throw fault;
    const why = StatusError.from(error).message.replaceAll(fresh, "it");
    throw new StatusError("BadRequest", `${file} is not a backup of a Plush server, or is damaged: ${why}`, {
      cause: error,
    });
  });
}

/** Fills `fresh` with the data directory that the backup was made of. */
async function unpack(
  file: string,
  { fresh, root, now }: Unpacking,
): Promise<{ readonly header: BackupHeader; readonly term: number }> {
  const own = join(fresh, "backup");
  await extractAll(file, (name) => join(isOfBackup(name) ? own : fresh, name));
  const header = readHeader(await readFile(join(own, backupMembers.header), "utf8"));
  if (!existsSync(join(own, backupMembers.end))) throw new Error("its end is missing");
  const { term } = restoreInto(
    join(own, backupMembers.store),
    dataDirectory(fresh).store,
    now,
    dataDirectory(root).store,
  );
  await rm(own, { recursive: true });
  return { header, term };
}

async function extractAll(file: string, targetOf: (name: string) => string): Promise<void> {
  const archive = extract();
  const broken = new AbortController();
  const feeding = pipeline(createReadStream(file), archive);
  // A member that was cut waits for its rest for ever.
  feeding.catch((error: unknown) => broken.abort(error));
  for await (const entry of archive) {
    const { name } = entry.header;
    checkMemberName(name);
    const target = targetOf(name);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await pipeline(entry, createWriteStream(target, { mode: 0o600, flags: "wx" }), {
      signal: broken.signal,
    });
  }
  await feeding;
}

function readHeader(text: string): BackupHeader {
  const header: unknown = JSON.parse(text);
  if (typeof header !== "object" || header === null || (header as BackupHeader).plushBackup !== 1)
    throw new Error("it is not of version 1");
  return header as BackupHeader;
}

/** Returns where that which was there is now. Holds the store's lock meanwhile: no server runs there, nor starts. */
async function replaceDirectory(root: string, fresh: string, now: number): Promise<string | undefined> {
  const entries = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const { store } = dataDirectory(root);
  const release = existsSync(store) ? lockDirectory(store) : undefined;
  try {
    const aside = `${root}.before-restore-${new Date(now).toISOString().replace(/[:.]/g, "-")}`;
    const isUsed = entries !== undefined && entries.length > 0;
    if (isUsed) renameDurably(root, aside);
    renameDurably(fresh, root); // takes the place of an empty directory, too
    return isUsed ? aside : undefined;
  } finally {
    release?.();
  }
}
