import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { maxKeptBytes, type ResultsSummary, resultNames, type StreamName } from "../../protocol/index.ts";
import { readLogEnd } from "../logs/read-log-end.ts";
import { findKeptStream } from "../logs/stream-spool.ts";
import { type FindFilesOptions, findFiles } from "./find-files.ts";

export interface ResultsRequest extends Omit<FindFilesOptions, "onFault"> {
  /** The log of the last run. */
  readonly log: string;
  readonly streams: readonly StreamName[];
  /** Bytes of streams and files together. */
  readonly maxBytes: number;
  /** Patterns of files below the root. */
  readonly kept: readonly string[];
}

/** So much of the end of a log is kept. */
const maxLogBytes = 1 << 20;

/** What a process leaves, as a tar archive: see the route. Breaks off where a file gets shorter while it is read. */
export function resultsTar(request: ResultsRequest): Readable {
  const archive = pack();
  write(archive, request).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  // The library's stream is like Node's, and is not declared so.
  return archive as unknown as Readable;
}

async function write(archive: Pack, request: ResultsRequest): Promise<void> {
  const truncated: string[] = [];
  const faults: string[] = [];
  const log = await readLogEnd(request.log, maxLogBytes);
  if (log.isCut) truncated.push(resultNames.log);
  if (log.bytes.length > 0) await addEntry(archive, resultNames.log, log.bytes);
  const files = { archive, truncated, onFault: (message: string) => faults.push(message) };
  const { root, kept } = request;
  const left = await writeStreams(archive, request, truncated);
  await writeFiles({ ...files, ...request, prefix: resultNames.files, maxBytes: left });
  const below = { root, directory: root, patterns: kept };
  await writeFiles({ ...files, ...below, prefix: resultNames.kept, maxBytes: maxKeptBytes });
  const summary: ResultsSummary = { truncated, ...(faults.length > 0 && { missing: faults.join("; ") }) };
  await addEntry(archive, resultNames.summary, Buffer.from(JSON.stringify(summary)));
}

/** Returns how many bytes may still be sent. One that is empty is an answer too. */
async function writeStreams(archive: Pack, request: ResultsRequest, truncated: string[]): Promise<number> {
  let left = request.maxBytes;
  for (const name of request.streams) {
    const kept = await findKeptStream(request.log, name);
    if (kept === undefined) continue;
    const size = Math.min(kept.size, left);
    left -= size;
    if (kept.isCut || size < kept.size) truncated.push(resultNames[name]);
    await addFile(archive, resultNames[name], await open(kept.path, "r"), size);
  }
  return left;
}

interface FilesToWrite extends FindFilesOptions {
  readonly archive: Pack;
  /** Names of those that did not fit are put there. */
  readonly truncated: string[];
  readonly prefix: string;
  readonly maxBytes: number;
}

async function writeFiles({ archive, truncated, prefix, maxBytes, ...options }: FilesToWrite): Promise<void> {
  let left = maxBytes;
  for await (const file of findFiles(options)) {
    const name = `${prefix}${file.path}`;
    const size = Math.min(file.size, left);
    left -= size;
    if (size < file.size) truncated.push(name);
    await addFile(archive, name, file.handle, size);
  }
}

async function addFile(archive: Pack, name: string, handle: FileHandle, size: number): Promise<void> {
  try {
    // Of a file that grows meanwhile, as much as it had.
    const bytes = size === 0 ? [] : handle.createReadStream({ start: 0, end: size - 1, autoClose: false });
    await pipeline(bytes, archive.entry({ name, size }));
  } finally {
    await handle.close();
  }
}

function addEntry(archive: Pack, name: string, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry({ name, size: bytes.length }, bytes, (error) => (error ? reject(error) : resolve()));
  });
}
