import { statSync } from "node:fs";
import { copyFile, open, rename, rm, stat, truncate } from "node:fs/promises";
import type { Clock } from "../../clock/index.ts";
import type { StreamName, StreamsOrder } from "../../protocol/index.ts";
import { appendPoint, type IndexPoint, readIndex, rebase } from "./log-index.ts";
import { segmentsOf } from "./log-segments.ts";
import { StreamMerge } from "./stream-merge.ts";

export interface LogPolicy {
  readonly maxSizeBytes: number;
  /** Rotated files besides the current one. */
  readonly keep: number;
  /** Streams that are kept apart, and are brought together in the log. */
  readonly streams?: StreamsOrder;
}

const tickMs = 1000;
/** How often streams are brought together: as late as that a line of theirs is in the log. */
const mergeMs = 100;

interface Kept {
  readonly path: string;
  policy: LogPolicy;
  /** Logical offset at the last look. */
  end: number;
  base: number | undefined;
  readonly merge: StreamMerge | undefined;
}

interface Look {
  /** Its streams alone are looked at otherwise. */
  readonly isFull: boolean;
  /** The run has ended. */
  readonly isLast: boolean;
}

/**
 * Looks after the logs of running processes once a second: when each has grown how far, and that none outgrows its
 * limit. Files are copied and cut, because the process goes on writing to the same open file. Where streams are kept
 * apart, the log is made of them, more often than that.
 */
export class LogKeeper {
  readonly #clock: Clock;
  readonly #logs = new Map<string, Kept>();
  /** One thing at a time happens to a log. */
  readonly #turns = new Map<string, Promise<void>>();
  #cancel: (() => void) | undefined;
  #fullLookAt = 0;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  keep(path: string, policy: LogPolicy): void {
    const known = this.#logs.get(path);
    if (known === undefined) this.#logs.set(path, newlyKept(path, policy));
    else known.policy = policy;
    this.#schedule();
  }

  /** The run has ended: what its streams hold is in the log when the promise resolves. */
  settle(path: string): Promise<void> {
    const log = this.#logs.get(path) ?? newlyKept(path, unlimited);
    return this.#inTurn(log, { isFull: false, isLast: true });
  }

  /** Takes a last look: the process has ended. */
  release(path: string): void {
    const log = this.#logs.get(path);
    if (log === undefined) return;
    this.#logs.delete(path);
    this.#inTurn(log, { isFull: true, isLast: true }).catch(() => undefined);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #schedule(): void {
    if (this.#cancel !== undefined || this.#logs.size === 0 || this.#isClosed) return;
    const hasStreams = [...this.#logs.values()].some(({ merge }) => merge !== undefined);
    this.#cancel = this.#clock.setTimer(hasStreams ? mergeMs : tickMs, () => {
      void this.#tick();
    });
  }

  /** A log that cannot be looked after (its directory was just removed, the disk is full) does not stop the others. */
  async #tick(): Promise<void> {
    const now = this.#clock.monotonic();
    const isFull = now - this.#fullLookAt >= tickMs;
    if (isFull) this.#fullLookAt = now;
    for (const log of [...this.#logs.values()]) {
      if (isFull || log.merge !== undefined) await this.#inTurn(log, { isFull, isLast: false }).catch(() => undefined);
    }
    this.#cancel = undefined;
    this.#schedule();
  }

  #inTurn(log: Kept, look: Look): Promise<void> {
    const before = this.#turns.get(log.path) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.#look(log, look));
    this.#turns.set(log.path, turn);
    const leave = (): void => {
      if (this.#turns.get(log.path) === turn) this.#turns.delete(log.path);
    };
    turn.then(leave, leave);
    return turn;
  }

  async #look(log: Kept, { isFull, isLast }: Look): Promise<void> {
    if (log.base === undefined) {
      const index = await readIndex(log.path);
      log.base = index.base;
      log.end = index.points.at(-1)?.offset ?? 0;
    }
    // Synchronous because it is so much cheaper, and most logs have not grown.
    while (((await log.merge?.merge({ logEnd: log.base + sizeOf(log), isLast })) ?? 0) > 0) await this.#limit(log);
    if (!isFull) return;
    const end = log.base + statSync(log.path).size;
    if (end !== log.end) {
      const point: IndexPoint = { offset: end, time: this.#clock.now() };
      await appendPoint(log.path, point);
      log.end = end;
    }
    await this.#limit(log);
  }

  async #limit(log: Kept): Promise<void> {
    const { maxSizeBytes, keep, streams } = log.policy;
    if (sizeOf(log) > maxSizeBytes) log.base = await rotate(log.path, log.base ?? 0, keep);
    const keptBytes = (name: StreamName): number => (streams?.names.includes(name) === true ? streams.maxBytes : 0);
    await log.merge?.cut(keptBytes, maxSizeBytes);
  }
}

/** Of a log that is only settled: its limit is looked after when it is kept. */
const unlimited: LogPolicy = { maxSizeBytes: Number.POSITIVE_INFINITY, keep: 0 };

function newlyKept(path: string, policy: LogPolicy): Kept {
  const hasStreams = policy.streams !== undefined || policy === unlimited;
  return { path, policy, end: 0, base: undefined, merge: hasStreams ? new StreamMerge(path) : undefined };
}

function sizeOf({ path }: Kept): number {
  return statSync(path).size;
}

/** Shifts LOG.1 to LOG.2 and so on, copies the log to LOG.1 and cuts it. Returns the new base. */
export async function rotate(path: string, base: number, keep: number): Promise<number> {
  await rm(`${path}.${Math.max(1, keep)}`, { force: true });
  for (let number = keep - 1; number >= 1; number--) {
    await rename(`${path}.${number}`, `${path}.${number + 1}`).catch(() => undefined);
  }
  let copied = 0;
  if (keep > 0) {
    await copyFile(path, `${path}.1`);
    copied = (await stat(`${path}.1`)).size + (await copyRest(path, `${path}.1`));
  } else {
    copied = (await stat(path)).size;
  }
  await truncate(path, 0);
  const next = base + copied;
  const oldest = (await segmentsOf(path, next))[0]?.start ?? next;
  await rebase(path, next, oldest);
  return next;
}

/** Copies what was written while the copy was made; what is written between this and the cut is lost, as with logrotate. */
async function copyRest(from: string, to: string): Promise<number> {
  const [source, target] = [await open(from, "r"), await open(to, "a")];
  try {
    const start = (await target.stat()).size;
    const length = (await source.stat()).size - start;
    if (length <= 0) return 0;
    const { buffer, bytesRead } = await source.read(Buffer.alloc(length), 0, length, start);
    await target.write(buffer.subarray(0, bytesRead));
    return bytesRead;
  } finally {
    await source.close();
    await target.close();
  }
}
