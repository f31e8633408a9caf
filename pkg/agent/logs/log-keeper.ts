import { statSync } from "node:fs";
import { copyFile, open, rename, rm, stat, truncate } from "node:fs/promises";
import type { Clock } from "../../clock/index.ts";
import { appendPoint, type IndexPoint, readIndex, rebase } from "./log-index.ts";
import { segmentsOf } from "./log-segments.ts";

export interface LogPolicy {
  readonly maxSizeBytes: number;
  /** Rotated files besides the current one. */
  readonly keep: number;
}

const tickMs = 1000;

interface Kept {
  readonly path: string;
  policy: LogPolicy;
  /** Logical offset at the last look. */
  end: number;
  base: number | undefined;
}

/**
 * Looks after the logs of running processes once a second: when each has grown how far, and that none outgrows its
 * limit. Files are copied and cut, because the process goes on writing to the same open file.
 */
export class LogKeeper {
  readonly #clock: Clock;
  readonly #logs = new Map<string, Kept>();
  #cancel: (() => void) | undefined;
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  keep(path: string, policy: LogPolicy): void {
    const known = this.#logs.get(path);
    if (known === undefined) this.#logs.set(path, { path, policy, end: 0, base: undefined });
    else known.policy = policy;
    this.#schedule();
  }

  /** Takes a last look: the process has ended. */
  release(path: string): void {
    const log = this.#logs.get(path);
    if (log === undefined) return;
    this.#logs.delete(path);
    this.#look(log).catch(() => undefined);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #schedule(): void {
    if (this.#cancel !== undefined || this.#logs.size === 0 || this.#isClosed) return;
    this.#cancel = this.#clock.setTimer(tickMs, () => {
      void this.#tick();
    });
  }

  /** A log that cannot be looked after (its directory was just removed, the disk is full) does not stop the others. */
  async #tick(): Promise<void> {
    for (const log of [...this.#logs.values()]) await this.#look(log).catch(() => undefined);
    this.#cancel = undefined;
    this.#schedule();
  }

  async #look(log: Kept): Promise<void> {
    // Synchronous because it is so much cheaper, and most logs have not grown.
    const { size } = statSync(log.path);
    if (log.base === undefined) {
      const index = await readIndex(log.path);
      log.base = index.base;
      log.end = index.points.at(-1)?.offset ?? 0;
    }
    const end = log.base + size;
    if (end !== log.end) {
      const point: IndexPoint = { offset: end, time: this.#clock.now() };
      await appendPoint(log.path, point);
      log.end = end;
    }
    if (size > log.policy.maxSizeBytes) log.base = await rotate(log.path, log.base, log.policy.keep);
  }
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
