/** A machine's point in the network and its distance from the network's core, in milliseconds, as Vivaldi has them. */
export interface Coordinates {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly height: number;
}

/** The round-trip time between two machines, as their coordinates have it. */
export function estimateMs(from: Coordinates, to: Coordinates): number {
  const [x, y, z] = [from.x - to.x, from.y - to.y, from.z - to.z];
  return Math.sqrt(x * x + y * y + z * z) + from.height + to.height;
}
