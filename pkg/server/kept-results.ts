import { Readable } from "node:stream";
import type { Process } from "../api/index.ts";
import type { LogRequest } from "../apiserver/index.ts";
import type { BlobStore } from "../blobs/index.ts";
import { parseTimestamp } from "../clock/index.ts";
import { resultNames } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";

/** Whether something is known of a process's log where its machine cannot be asked; it may be empty. */
export function hasKeptLog({ status }: Process): boolean {
  return (
    status?.collected !== undefined && (status.collected.missing === undefined || findKept(status, "log") !== undefined)
  );
}

/** What was kept of a process under a name. NotFound where there is none; an empty log is one. */
export async function readKept(
  process: Process,
  name: string,
  request: Pick<LogRequest, "tailLines" | "since" | "timestamps">,
  blobs: Pick<BlobStore, "open">,
): Promise<Readable> {
  const found = findKept(process.status, name);
  if (found === undefined) {
    if (name === resultNames.log && hasKeptLog(process)) return Readable.from([]);
    throw new StatusError("NotFound", `of process ${process.metadata.name} no ${name} is kept`);
  }
  const blob = await blobs.open(found.digest, 0);
  if (blob === undefined)
    throw new StatusError("NotFound", `${name} of process ${process.metadata.name} is kept no more`);
  if (name !== resultNames.log) return blob.stream;
  if (request.timestamps) {
    blob.stream.destroy();
    throw new StatusError("BadRequest", "its machine has gone, and the log was kept without times");
  }
  const isOlder = isBefore(process.status?.finishedAt, request.since);
  if (!isOlder && request.tailLines === undefined) return blob.stream;
  const text = await textOf(blob.stream);
  return Readable.from(isOlder ? [] : [lastLines(text, request.tailLines ?? 0)]);
}

function findKept(status: Process["status"], name: string) {
  return status?.results?.find((result) => result.name === name);
}

function isBefore(time: string | undefined, since: string | undefined): boolean {
  const [at, from] = [time, since].map((text) => (text === undefined ? undefined : parseTimestamp(text)));
  return at !== undefined && from !== undefined && at < from;
}

async function textOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function lastLines(text: Buffer, count: number): Buffer {
  let at = text.length;
  // The newline that ends the log begins no line.
  let from = text.at(-1) === 0x0a ? text.length - 2 : text.length - 1;
  for (let left = count; left > 0 && at > 0; left--) {
    const newline = from < 0 ? -1 : text.lastIndexOf(0x0a, from);
    at = newline + 1;
    from = newline - 1;
  }
  return text.subarray(at);
}
