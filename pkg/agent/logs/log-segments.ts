import { stat } from "node:fs/promises";

/** One file of a log. Offsets are logical, see LogIndex. */
export interface Segment {
  readonly path: string;
  readonly start: number;
  readonly size: number;
}

/** The files of a log, oldest first; `base` is where the current one begins. */
export async function segmentsOf(path: string, base: number): Promise<Segment[]> {
  const segments: Segment[] = [];
  const current = await stat(path).catch(() => undefined);
  if (current !== undefined) segments.unshift({ path, start: base, size: current.size });
  for (let number = 1, end = base; ; number++) {
    const rotated = await stat(`${path}.${number}`).catch(() => undefined);
    if (rotated === undefined) return segments;
    end -= rotated.size;
    segments.unshift({ path: `${path}.${number}`, start: end, size: rotated.size });
  }
}

export function endOf(segments: readonly Segment[]): number {
  const last = segments.at(-1);
  return last === undefined ? 0 : last.start + last.size;
}
