import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { type Clock, sleep } from "../../clock/index.ts";
import { offsetSince, readIndex, timeAt } from "./log-index.ts";
import { endOf, type Segment, segmentsOf } from "./log-segments.ts";

export interface ReadLogOptions {
  readonly path: string;
  /** The last so many lines. */
  readonly tail?: number;
  /** Wall clock, milliseconds. */
  readonly since?: number;
  /** Logical offset before which nothing is wanted. */
  readonly from?: number;
  readonly timestamps: boolean;
  /** Goes on until this says that nothing more will be written; absent: ends at the log's end. */
  readonly isEnded?: () => boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const followMs = 100;
const chunkBytes = 64 << 10;

/** A run's log in pieces as they are read, from `start` on. Ends early, and quietly, by the signal. */
export async function* readLog(options: ReadLogOptions, start?: number): AsyncGenerator<Buffer> {
  const stamp = options.timestamps ? new LineStamper(options) : undefined;
  let at = start ?? (await logStart(options));
  while (!options.signal.aborted) {
    const isLast = options.isEnded === undefined || options.isEnded();
    for await (const piece of readFrom(options.path, at)) {
      if (options.signal.aborted) return;
      const pieceStart = at;
      at += piece.length;
      yield stamp === undefined ? piece : await stamp.stamp(piece, pieceStart);
    }
    if (isLast) return;
    await sleep(options.clock, followMs, options.signal).catch(() => undefined);
  }
}

/** Logical offset at which what is wanted of a log begins. */
export async function logStart({
  path,
  tail,
  since,
  from = 0,
}: Pick<ReadLogOptions, "path" | "tail" | "since" | "from">): Promise<number> {
  const index = await readIndex(path);
  const segments = await segmentsOf(path, index.base);
  const first = segments[0]?.start ?? 0;
  const bySince = since === undefined ? first : offsetSince(index, since);
  const byTail = tail === undefined ? first : await offsetOfTail(segments, tail);
  return Math.max(first, bySince, byTail, from);
}

async function* readFrom(path: string, from: number): AsyncGenerator<Buffer> {
  const { base } = await readIndex(path);
  for (const segment of await segmentsOf(path, base)) {
    const skip = Math.max(0, from - segment.start);
    if (skip >= segment.size) continue;
    const range = { start: skip, end: segment.size - 1, highWaterMark: chunkBytes };
    for await (const chunk of createReadStream(segment.path, range)) yield chunk as Buffer;
  }
}

/** Where the last `lines` lines begin. */
async function offsetOfTail(segments: readonly Segment[], lines: number): Promise<number> {
  const end = endOf(segments);
  if (lines <= 0) return end;
  let missing = lines;
  for await (const newline of newlinesBackwards(segments)) {
    // The newline that ends the log begins no line.
    if (newline + 1 !== end && --missing === 0) return newline + 1;
  }
  return segments[0]?.start ?? 0;
}

/** Logical offsets of newlines, last first: a large log costs no more than what is wanted of it. */
async function* newlinesBackwards(segments: readonly Segment[]): AsyncGenerator<number> {
  for (const segment of [...segments].reverse()) {
    const file = await open(segment.path, "r").catch(() => undefined);
    if (file === undefined) continue;
    try {
      for (let stop = segment.size; stop > 0; stop -= chunkBytes) {
        const start = Math.max(0, stop - chunkBytes);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(stop - start), 0, stop - start, start);
        for (let at = bytesRead - 1; at >= 0; at--) if (buffer[at] === 0x0a) yield segment.start + start + at;
      }
    } finally {
      await file.close();
    }
  }
}

/** Puts the time before each line: of the index where it knows, of now for what is newer. */
class LineStamper {
  readonly #options: ReadLogOptions;
  #isLineStart = true;

  constructor(options: ReadLogOptions) {
    this.#options = options;
  }

  async stamp(piece: Buffer, start: number): Promise<Buffer> {
    const index = await readIndex(this.#options.path);
    const parts: Buffer[] = [];
    for (let at = 0; at < piece.length; ) {
      const newline = piece.indexOf(0x0a, at);
      const stop = newline < 0 ? piece.length : newline + 1;
      if (this.#isLineStart) {
        const time = timeAt(index, start + at) ?? this.#options.clock.now();
        parts.push(Buffer.from(`${new Date(time).toISOString()} `));
      }
      parts.push(piece.subarray(at, stop));
      this.#isLineStart = newline >= 0;
      at = stop;
    }
    return Buffer.concat(parts);
  }
}
