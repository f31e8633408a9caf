import type { Point } from "./projection.ts";

/** Angle between one seed of a sunflower and the next. */
const goldenAngle = Math.PI * (3 - Math.sqrt(5));
/** With this factor before the root, neighbours are one apart at least. */
const spacing = 0.62;

const seeds: Point[] = [];

/** Where the n-th dot around a point stands, in distances of neighbours; more dots move none. */
export function seed(index: number): Point {
  for (let next = seeds.length; next <= index; next++) {
    const radius = spacing * Math.sqrt(next === 0 ? 0 : next + 0.8);
    seeds.push({ x: radius * Math.cos(next * goldenAngle), y: radius * Math.sin(next * goldenAngle) });
  }
  return seeds[index] ?? { x: 0, y: 0 };
}

/** Radius that so many dots take, in distances of neighbours. */
export function discRadius(count: number): number {
  return spacing * Math.sqrt(count + 0.8) + 0.5;
}
