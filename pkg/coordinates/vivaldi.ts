import { type Coordinates, estimateMs, separation } from "./coordinates.ts";

/**
 * Network coordinates by springs: F. Dabek, R. Cox, F. Kaashoek, R. Morris, "Vivaldi: A Decentralized Network Coordinate
 * System", SIGCOMM 2004. Each round trip is a spring between two machines, whose length at rest it is; those count more
 * whose other end knows better where it is. The height is what a machine's own link adds to every round trip.
 */
export interface Located {
  readonly coordinates: Coordinates;
  /** How far off estimates of it are, as a share of what is measured. */
  readonly error: number;
}

/** A round trip that was measured, and where its other end says that it is. */
export interface Spring {
  readonly peer: Located;
  readonly roundTripMs: number;
}

/** One that has not measured anything. */
export const unlocated: Located = { coordinates: { x: 0, y: 0, z: 0, height: 0 }, error: 1 };

/** The part of what a machine is off that it moves at once. */
const gain = 0.3;
/** With each round trip that is new, so many small moves along all springs, not one along its own: it takes fewer of them. */
const movesPerSample = 4;
/** Of the error, the part that each move renews. */
const errorGain = 0.25;
const leastError = 0.01;
/** A height of nothing would stay nothing: springs change it in proportion. */
const leastHeight = 0.05;
const leastApart = 1e-6;
/** So much of a round trip is no matter of where machines are. */
const noiseMs = 5;
const shortMs = 2;
/** While a machine looks for its place in the world, and when what is near begins to count the most. */
const coarseSamples = 60;
const fineSamples = 90;

/**
 * Where a machine is, from where it was and the springs to its peers. `samples` is how many round trips it has measured in
 * all: the long ones place it in the world at first, then its neighbours place it among them, by the error that is left
 * as a share of the distance. `random` gives the way where two are at one point: 0 ≤ it < 1.
 */
export function relocate(own: Located, springs: readonly Spring[], samples: number, random: () => number): Located {
  if (springs.length === 0) return own;
  const power = powerAt(samples);
  let at = own;
  for (let move = 0; move < movesPerSample; move++) at = moved(at, springs, power, random);
  return at;
}

/** How far off the springs are at a place, as a share of what was measured; those that know better where they are count more. */
export function misfit(at: Coordinates, springs: readonly Spring[]): number {
  let [off, trust] = [0, 0];
  for (const { peer, roundTripMs } of springs) {
    const known = 1 / (peer.error + 0.05);
    off += known * offBy(estimateMs(at, peer.coordinates), roundTripMs);
    trust += known;
  }
  return Math.min(1, Math.max(leastError, off / trust));
}

function offBy(distance: number, roundTripMs: number): number {
  return Math.abs(distance - roundTripMs) / (Math.max(distance, roundTripMs) + noiseMs);
}

/** Springs pull by their length to this power: the long ones harder, or the short ones. */
function powerAt(samples: number): number {
  const share = (samples - coarseSamples) / (fineSamples - coarseSamples);
  return 0.5 - 1.5 * Math.min(1, Math.max(0, share));
}

function moved(own: Located, springs: readonly Spring[], power: number, random: () => number): Located {
  const { x, y, z } = own.coordinates;
  const height = Math.max(leastHeight, own.coordinates.height);
  let [byX, byY, byZ, byHeight, weights] = [0, 0, 0, 0, 0];
  for (const { peer, roundTripMs } of springs) {
    const apart = separation(own.coordinates, peer.coordinates);
    const heights = height + peer.coordinates.height;
    const distance = apart + heights;
    const weight = (shortMs + roundTripMs) ** power / (peer.error + 0.05);
    const push = weight * (roundTripMs - distance);
    // Away from the peer; where both are at one point, anywhere.
    const [from, far] = apart > leastApart ? [peer.coordinates, apart] : [pointBeside(own.coordinates, random), 1];
    byX += (push * (x - from.x)) / far;
    byY += (push * (y - from.y)) / far;
    byZ += (push * (z - from.z)) / far;
    byHeight += (push * heights) / distance;
    weights += weight;
  }
  const step = gain / weights;
  const error = own.error + errorGain * (misfit(own.coordinates, springs) - own.error);
  return {
    coordinates: {
      x: x + step * byX,
      y: y + step * byY,
      z: z + step * byZ,
      height: Math.max(leastHeight, height + step * byHeight),
    },
    error,
  };
}

/** A point at a distance of 1, in any direction. */
function pointBeside({ x, y, z, height }: Coordinates, random: () => number): Coordinates {
  const along = 2 * random() - 1;
  const around = 2 * Math.PI * random();
  const across = Math.sqrt(1 - along * along);
  return { x: x + across * Math.cos(around), y: y + across * Math.sin(around), z: z + along, height };
}
