/** A machine's point in the network and its distance from the network's core, in milliseconds, as Vivaldi has them. */
export interface Coordinates {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly height: number;
}

/** The round-trip time between two machines, as their coordinates have it. */
export function estimateMs(from: Coordinates, to: Coordinates): number {
  return separation(from, to) + from.height + to.height;
}

/** How far a machine has moved: by so much, at most, an estimate of it differs now. */
export function movedMs(from: Coordinates, to: Coordinates): number {
  return separation(from, to) + Math.abs(from.height - to.height);
}

/** Through the core alone. */
export function separation(from: Coordinates, to: Coordinates): number {
  const [x, y, z] = [from.x - to.x, from.y - to.y, from.z - to.z];
  return Math.sqrt(x * x + y * y + z * z);
}
