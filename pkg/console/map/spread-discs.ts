import type { Point } from "./projection.ts";

export interface Disc extends Point {
  readonly radius: number;
}

/** How often all that overlap are moved apart. */
const rounds = 24;

/**
 * Moves discs that overlap apart, each as little as it can: sites that are near each other would else lie on each other. The
 * same discs come to lie at the same places, and a little change moves them a little.
 */
export function spreadDiscs(discs: readonly Disc[], gap = 6): readonly Point[] {
  const places = discs.map(({ x, y }) => ({ x, y }));
  const pairs = [...nearPairs(discs, gap)];
  for (let round = 0; round < rounds; round++) {
    let isMoved = false;
    for (const [a, b] of pairs) isMoved = part(places, discs, a, b, gap) || isMoved;
    if (!isMoved) break;
  }
  return places;
}

/** Those that may meet. Who is far away in one direction alone never does, however others are moved. */
function* nearPairs(discs: readonly Disc[], gap: number): Generator<readonly [number, number]> {
  const reach = 2 * (2 * Math.max(0, ...discs.map(({ radius }) => radius)) + gap);
  const xOf = (index: number): number => discs[index]?.x ?? 0;
  const byX = discs.map((_, index) => index).sort((a, b) => xOf(a) - xOf(b) || a - b);
  for (const [rank, a] of byX.entries())
    for (const b of byX.slice(rank + 1)) {
      if (xOf(b) - xOf(a) > reach) break;
      yield [a, b];
    }
}

type Moving = { x: number; y: number };

/** Moves two discs apart, the smaller one by more; false: they do not overlap. */
function part(places: readonly Moving[], discs: readonly Disc[], a: number, b: number, gap: number): boolean {
  const [one, other, first, second] = [places[a], places[b], discs[a], discs[b]];
  if (one === undefined || other === undefined || first === undefined || second === undefined) return false;
  const [dx, dy] = [other.x - one.x, other.y - one.y];
  const distance = Math.hypot(dx, dy);
  const missing = first.radius + second.radius + gap - distance;
  if (missing <= 0.01) return false;
  // At one place: a direction of their own for each pair.
  const angle = (a * 7 + b * 13) % 6.28;
  const [ux, uy] = distance < 0.01 ? [Math.cos(angle), Math.sin(angle)] : [dx / distance, dy / distance];
  const share = second.radius / (first.radius + second.radius);
  one.x -= ux * missing * share;
  one.y -= uy * missing * share;
  other.x += ux * missing * (1 - share);
  other.y += uy * missing * (1 - share);
  return true;
}
