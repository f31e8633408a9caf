import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";
import { memoryBytes, type ProcessResult } from "../api/index.ts";
import type { BlobStore } from "../blobs/index.ts";
import type { Clock } from "../clock/index.ts";
import type { CollectedResults, CollectRequest } from "../controllers/results/index.ts";
import { abortable, type Fabric } from "../fabric/index.ts";
import { maxKeptBytes, type ResultsSummary, resultNames, streamNames } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";

interface ResultSourcePorts {
  readonly fabric: Pick<Fabric, "results">;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}

/** Beyond what was asked for of files: the log, headers, the summary. An agent that sends more is broken. */
const slackBytes = 4 << 20;
const maxEntries = 2100;

/** Fetches what a process leaves from its machine, and keeps it by digest. */
export function makeResultSource(ports: ResultSourcePorts): (request: CollectRequest) => Promise<CollectedResults> {
  return async ({ machine, process, outputs, keep = [], idleMs, signal }) => {
    const { files = [], maxSize = 0 } = outputs ?? {};
    const streams = streamNames.filter((name) => outputs?.[name] === true);
    const maxBytes = memoryBytes(maxSize);
    const limit = maxBytes + slackBytes + (keep.length > 0 ? maxKeptBytes : 0);
    const late = new AbortController();
    const watch = new IdleWatch(ports.clock, idleMs, late);
    const ended = AbortSignal.any([signal, late.signal]);
    try {
      const request = { streams, files, maxBytes, keep };
      const archive = await ports.fabric.results(machine, process, request, ended);
      return await storeAll(archive.pipe(watch.meter(limit)), ports.blobs, ended);
    } catch (error) {
      throw late.signal.aborted ? late.signal.reason : error;
    } finally {
      watch.stop();
    }
  };
}

/** Ends what has not moved for so long. */
class IdleWatch {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #late: AbortController;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, idleMs: number, late: AbortController) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#late = late;
    this.#wind();
  }

  /** Passes bytes on, at most so many. */
  meter(maxBytes: number): Transform {
    let bytes = 0;
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.#wind();
        bytes += chunk.length;
        done(bytes > maxBytes ? new StatusError("RequestEntityTooLarge", "the machine sends too much") : null, chunk);
      },
    });
  }

  stop(): void {
    this.#cancel();
  }

  #wind(): void {
    this.#cancel();
    this.#cancel = this.#clock.setTimer(this.#idleMs, () =>
      this.#late.abort(new StatusError("Timeout", `its machine gave nothing for ${this.#idleMs / 1000} s`)),
    );
  }
}

async function storeAll(archive: Readable, blobs: BlobStore, signal: AbortSignal): Promise<CollectedResults> {
  const unpacker = extract();
  const broken = new AbortController();
  const feeding = pipeline(archive, unpacker, { signal });
  // A member that was cut waits for its rest for ever.
  feeding.catch((error: unknown) => broken.abort(error));
  const results: ProcessResult[] = [];
  let summary: ResultsSummary | undefined;
  for await (const entry of unpacker) {
    const { name } = entry.header;
    // The library's stream is like Node's, and is not declared so.
    const bytes = entry as unknown as Readable;
    if (results.length > maxEntries) throw new StatusError("BadRequest", "the machine sends too many files");
    if (name === resultNames.summary) summary = readSummary(await textOf(bytes));
    else results.push({ name, ...(await abortable(blobs.ingest(bytes), broken.signal)) });
  }
  await feeding;
  if (summary === undefined) throw new StatusError("Unreachable", "what the machine sent has no end");
  const { truncated, missing } = summary;
  return {
    results: results.map((result) => (truncated.includes(result.name) ? { ...result, truncated: true } : result)),
    ...(missing !== undefined && { missing }),
  };
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function readSummary(text: string): ResultsSummary {
  const value: unknown = JSON.parse(text);
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const { truncated, missing } = fields;
  return {
    truncated: Array.isArray(truncated) ? truncated.map(String) : [],
    ...(typeof missing === "string" && { missing: missing.slice(0, 4096) }),
  };
}
