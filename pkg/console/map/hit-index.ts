import type { Point } from "./projection.ts";

/** Finds which of many points is at a place, without looking at all of them. */
export class HitIndex {
  readonly #cell: number;
  readonly #cells = new Map<number, number[]>();
  readonly #xs: ArrayLike<number>;
  readonly #ys: ArrayLike<number>;

  /** `cell`: about as large as what is looked for around a place. */
  constructor(xs: ArrayLike<number>, ys: ArrayLike<number>, cell: number) {
    this.#cell = cell;
    this.#xs = xs;
    this.#ys = ys;
    for (let index = 0; index < xs.length; index++) {
      const key = this.#keyAt(xs[index] ?? 0, ys[index] ?? 0);
      const list = this.#cells.get(key);
      if (list === undefined) this.#cells.set(key, [index]);
      else list.push(index);
    }
  }

  /** The nearest point within `reach` for which `isWanted` holds; undefined: none. */
  nearest(at: Point, reach: number, isWanted: (index: number) => boolean = () => true): number | undefined {
    let best: number | undefined;
    let bestDistance = reach;
    const steps = Math.ceil(reach / this.#cell);
    for (let row = -steps; row <= steps; row++)
      for (let column = -steps; column <= steps; column++) {
        const list = this.#cells.get(this.#keyAt(at.x + column * this.#cell, at.y + row * this.#cell));
        for (const index of list ?? []) {
          const distance = Math.hypot((this.#xs[index] ?? 0) - at.x, (this.#ys[index] ?? 0) - at.y);
          if (distance > bestDistance || !isWanted(index)) continue;
          best = index;
          bestDistance = distance;
        }
      }
    return best;
  }

  #keyAt(x: number, y: number): number {
    return Math.floor(x / this.#cell) * 1_000_003 + Math.floor(y / this.#cell);
  }
}

/** The nearest of all points, however far away. */
export function nearest(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  at: Point,
  isWanted: (index: number) => boolean,
): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < xs.length; index++) {
    const distance = Math.hypot((xs[index] ?? 0) - at.x, (ys[index] ?? 0) - at.y);
    if (distance >= least || !isWanted(index)) continue;
    best = index;
    least = distance;
  }
  return best;
}

/** The next point from `from` to one side, rather straight ahead than near: for arrow keys. Undefined: there is none. */
export function neighbour(
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  from: Point,
  side: Point,
  isWanted: (index: number) => boolean,
): number | undefined {
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < xs.length; index++) {
    const [dx, dy] = [(xs[index] ?? 0) - from.x, (ys[index] ?? 0) - from.y];
    const ahead = dx * side.x + dy * side.y;
    if (ahead <= 0.5) continue;
    const cost = ahead + 3 * Math.abs(dx * side.y - dy * side.x);
    if (cost >= least || !isWanted(index)) continue;
    best = index;
    least = cost;
  }
  return best;
}
