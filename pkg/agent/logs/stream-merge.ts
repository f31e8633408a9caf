import { type Stats, statSync, truncateSync } from "node:fs";
import { appendFile, open } from "node:fs/promises";
import { type StreamName, streamNames } from "../../protocol/index.ts";
import { type MergePosition, readJournal, writeJournal } from "./merge-journal.ts";
import { saveHead, spoolPath } from "./stream-spool.ts";

const pieceBytes = 64 << 10;
/** Of each stream at a time: in between the log may have to be rotated. */
const passBytes = 4 << 20;

export interface MergePass {
  /** Logical offset, see LogIndex. */
  readonly logEnd: number;
  /** The run has ended: lines that have no end are taken too. */
  readonly isLast: boolean;
}

interface Spool {
  readonly name: StreamName;
  /** Bytes ever written. */
  readonly end: number;
  readonly stats: Stats;
}

/**
 * Brings streams that are kept apart together in their log again.
 *
 * The program writes to plain files, and the agent copies what they have grown by. A pipe with a reader would tell the
 * order of two streams exactly, but it needs a reader that lives as long as the program: a process more for each, whose
 * end would block or kill the program. So the order is as exact as the agent looks: of what was written between two
 * looks, whole lines of the stream that was written to longest ago come first.
 *
 * Nobody else writes to such a log, so that its length tells after a kill how much of a piece got there: nothing is
 * lost, nothing is there twice.
 */
export class StreamMerge {
  readonly #log: string;
  #position: MergePosition | undefined;
  /** Ends at the last look: a line that has not grown since is not waited for. */
  readonly #seen = new Map<StreamName, number>();

  constructor(log: string) {
    this.#log = log;
  }

  /**
   * Appends to the log what streams have grown by, and returns how many bytes that was. Calls must not overlap, nor
   * anything else change the log meanwhile.
   */
  async merge({ logEnd, isLast }: MergePass): Promise<number> {
    try {
      const spools = await this.#look(logEnd);
      const grown = spools.filter(({ name, end }) => end > this.#positionOf("copied", name));
      if (grown.length === 0) return 0;
      grown.sort((left, right) => left.stats.mtimeMs - right.stats.mtimeMs);
      let at = logEnd;
      for (const spool of grown) at += await this.#copy(spool, at, isLast || this.#seen.get(spool.name) === spool.end);
      for (const { name, end } of spools) this.#seen.set(name, end);
      if (this.#position !== undefined) await writeJournal(this.#log, this.#position);
      return at - logEnd;
    } catch (error) {
      // What of the last piece got there is found out again.
      this.#position = undefined;
      throw error;
    }
  }

  /**
   * Cuts files that hold more than is kept of them and a log may hold. `keptBytes`: so much of a stream's beginning is
   * put aside before. What is written in the moment of the cut is not in the log, as when a log is rotated.
   */
  async cut(keptBytes: (name: StreamName) => number, maxLogBytes: number): Promise<void> {
    for (const name of streamNames) {
      const path = spoolPath(this.#log, name);
      const size = sizeOf(path);
      if (size <= keptBytes(name) + maxLogBytes) continue;
      await saveHead(this.#log, name, keptBytes(name));
      const position = this.#position;
      if (position === undefined || position.copied[name] < position.cut[name] + size || sizeOf(path) > size) continue;
      truncateSync(path);
      this.#position = { ...position, cut: { ...position.cut, [name]: position.copied[name] } };
      await writeJournal(this.#log, this.#position);
    }
  }

  async #look(logEnd: number): Promise<readonly Spool[]> {
    this.#position ??= await readJournal(this.#log, logEnd);
    return streamNames.flatMap((name) => {
      const stats = statSync(spoolPath(this.#log, name), { throwIfNoEntry: false });
      if (stats === undefined) return [];
      const copied = this.#positionOf("copied", name);
      // It was cut, and the agent was killed before it could note that.
      if (copied > this.#positionOf("cut", name) + stats.size) this.#advance("cut", name, copied);
      return [{ name, stats, end: Math.min(this.#positionOf("cut", name) + stats.size, copied + passBytes) }];
    });
  }

  /** Returns how many bytes were appended. */
  async #copy({ name, end }: Spool, logEnd: number, isWhole: boolean): Promise<number> {
    const file = await open(spoolPath(this.#log, name), "r");
    let at = logEnd;
    try {
      for (;;) {
        const copied = this.#positionOf("copied", name);
        const length = Math.min(pieceBytes, end - copied);
        const from = copied - this.#positionOf("cut", name);
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
        const piece = isWhole ? buffer.subarray(0, bytesRead) : wholeLines(buffer.subarray(0, bytesRead));
        if (piece.length === 0) return at - logEnd;
        await this.#append(name, piece, at);
        at += piece.length;
      }
    } finally {
      await file.close();
    }
  }

  async #append(name: StreamName, piece: Buffer, at: number): Promise<void> {
    if (this.#position === undefined) return;
    await writeJournal(this.#log, this.#position, { name, bytes: piece.length, at });
    await appendFile(this.#log, piece, { mode: 0o600 });
    this.#advance("copied", name, this.#position.copied[name] + piece.length);
  }

  #positionOf(field: keyof MergePosition, name: StreamName): number {
    return this.#position?.[field][name] ?? 0;
  }

  #advance(field: keyof MergePosition, name: StreamName, to: number): void {
    const position = this.#position;
    if (position !== undefined) this.#position = { ...position, [field]: { ...position[field], [name]: to } };
  }
}

/** A line that fills a piece is taken without its end. */
function wholeLines(bytes: Buffer): Buffer {
  return bytes.length === pieceBytes && !bytes.includes(0x0a) ? bytes : bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
