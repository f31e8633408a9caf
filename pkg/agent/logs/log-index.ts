import { appendFile, readFile, stat } from "node:fs/promises";
import { replaceFile } from "../atomic-file.ts";

/**
 * When a log had grown how far, so that its lines have times although the program only writes bytes. Offsets are
 * logical: they count all that was ever written, whatever rotation has cut. Lines: "OFFSET TIME", and "base OFFSET"
 * where the current file begins since a rotation.
 */
export interface LogIndex {
  /** Logical offset of the current file's first byte. */
  readonly base: number;
  /** Ascending in both. */
  readonly points: readonly IndexPoint[];
}

export interface IndexPoint {
  /** Everything before this offset was written by `time`. */
  readonly offset: number;
  /** Wall clock, milliseconds. */
  readonly time: number;
}

/** Above so many bytes every other point is dropped. */
const maxIndexBytes = 1 << 20;

function indexPath(log: string): string {
  return `${log}.index`;
}

export async function readIndex(log: string): Promise<LogIndex> {
  const text = await readFile(indexPath(log), "utf8").catch(() => "");
  const points: IndexPoint[] = [];
  let base = 0;
  for (const line of text.split("\n")) {
    const [first = "", second = ""] = line.split(" ");
    if (first === "base") base = Number(second);
    else if (second !== "") points.push({ offset: Number(first), time: Number(second) });
  }
  return { base, points };
}

export async function appendPoint(log: string, point: IndexPoint): Promise<void> {
  await appendFile(indexPath(log), `${point.offset} ${point.time}\n`, { mode: 0o600 });
}

/** Notes a rotation, forgets what lies before `oldest`, and keeps the index small. */
export async function rebase(log: string, base: number, oldest: number): Promise<void> {
  const { points } = await readIndex(log);
  const found = await stat(indexPath(log)).catch(() => undefined);
  const isLarge = found !== undefined && found.size > maxIndexBytes;
  const kept = points.filter(({ offset }, index) => offset >= oldest && (!isLarge || index % 2 === 0));
  const lines = [`base ${base}`, ...kept.map(({ offset, time }) => `${offset} ${time}`)];
  await replaceFile(indexPath(log), `${lines.join("\n")}\n`, { mode: 0o600, durable: false });
}

/** From where on a log was written after a time: nothing older is missed, a second's worth may be too much. */
export function offsetSince(index: LogIndex, time: number): number {
  const position = index.points.findIndex((point) => point.time >= time);
  // What no point covers yet is newer than all of them.
  if (position < 0) return index.points.at(-1)?.offset ?? 0;
  return index.points[position - 1]?.offset ?? 0;
}

/** When the byte at an offset was written, to the second; undefined where it is too new to be known. */
export function timeAt(index: LogIndex, offset: number): number | undefined {
  let [low, high] = [0, index.points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((index.points[middle]?.offset ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return index.points[low]?.time;
}
