import { type Coordinates, estimateMs } from "../../coordinates/index.ts";
import { excessOf, isWithin, toMicro } from "../bounds.ts";
import type { LatencyToPeers, Peer, PeerTerm } from "../peer-term.ts";
import { areTooFewKnown, areTooManyOutside, isKnownPlace, meanPenalty } from "../peer-terms.ts";
import type { MachineRows } from "./machine-rows.ts";
import type { PeerColumn } from "./peer-column.ts";

/**
 * Latencies of each machine to all peers, summed up. A peer that comes or goes is added to the sums or taken from them: they are whole
 * numbers, so that it is the same sum in whatever order.
 */
export class LatencyColumn implements PeerColumn {
  readonly #rows: MachineRows;
  #term: LatencyToPeers;
  #unknown: number;
  /** By machine: excesses over the ideal, in millionths; peers out of bounds. */
  readonly #sums: Float64Array;
  readonly #least: Float64Array;
  readonly #outside: Int32Array;

  constructor(term: LatencyToPeers, rows: MachineRows) {
    this.#rows = rows;
    this.#term = term;
    this.#unknown = countUnknown(term);
    this.#sums = new Float64Array(rows.length);
    this.#least = new Float64Array(rows.length).fill(Number.POSITIVE_INFINITY);
    this.#outside = new Int32Array(rows.length);
  }

  follow(term: PeerTerm): boolean {
    if (term.kind !== "latency") return false;
    const { come, gone } = difference(this.#term.peers, term.peers);
    const isOtherMean = term.of !== this.#term.of;
    this.#term = term;
    const changes = come.length + gone.length;
    if (changes > 0) this.#take(come, gone);
    return changes > 0 || isOtherMean;
  }

  refresh(at: number): void {
    this.#sums[at] = 0;
    this.#least[at] = Number.POSITIVE_INFINITY;
    this.#outside[at] = 0;
    this.#change(at, this.#term.peers, []);
  }

  isMet(at: number): boolean {
    if (!isKnownPlace(this.#rows.view(at))) return false;
    const counts = { unknown: this.#unknown, outside: this.#outside[at] ?? 0 };
    return !areTooFewKnown(this.#term, counts) && !areTooManyOutside(this.#term, counts);
  }

  penalty(at: number): number {
    return meanPenalty(this.#term, this.#sums[at] ?? 0, this.#least[at] ?? Number.POSITIVE_INFINITY);
  }

  #take(come: readonly Peer[], gone: readonly Peer[]): void {
    const { peers, pairs } = this.#term;
    this.#unknown = countUnknown(this.#term);
    // What was the least without one that has gone nobody has kept.
    const isLeastLost = pairs === "Closest" && gone.length > 0;
    const isShorterAnew = isLeastLost || come.length + gone.length > peers.length;
    for (let at = 0; at < this.#rows.length; at++) {
      if (isShorterAnew) this.refresh(at);
      else this.#change(at, come, gone);
    }
  }

  #change(at: number, come: readonly Peer[], gone: readonly Peer[]): void {
    const here = this.#rows.view(at).coordinates;
    if (here === undefined) return;
    for (const peer of come) this.#count(at, here, peer, 1);
    for (const peer of gone) this.#count(at, here, peer, -1);
  }

  #count(at: number, here: Coordinates, peer: Peer, share: 1 | -1): void {
    const { bounds } = this.#term;
    if (peer.coordinates === undefined) return;
    const ms = estimateMs(here, peer.coordinates);
    if (isKnownPlace(peer) && !isWithin(ms, bounds)) this.#outside[at] = (this.#outside[at] ?? 0) + share;
    if (bounds.ideal === undefined) return;
    const excess = toMicro(excessOf(ms, bounds.ideal));
    this.#sums[at] = (this.#sums[at] ?? 0) + share * excess;
    this.#least[at] = Math.min(this.#least[at] ?? excess, excess);
  }
}

function countUnknown({ peers }: LatencyToPeers): number {
  return peers.filter((peer) => !isKnownPlace(peer)).length;
}

/** Which peers have come and gone. Mostly all are the same, or one has come. */
function difference(
  before: readonly Peer[],
  after: readonly Peer[],
): { readonly come: readonly Peer[]; readonly gone: readonly Peer[] } {
  const come: Peer[] = [];
  const gone: Peer[] = [];
  let old = 0;
  for (const peer of after) {
    // Both are in the order of names: where they are not, more than had to comes and goes.
    for (let one = before[old]; one !== undefined && one.name < peer.name; one = before[++old]) gone.push(one);
    const one = before[old];
    if (one !== undefined && isSamePeer(one, peer)) old++;
    else come.push(peer);
  }
  return { come, gone: [...gone, ...before.slice(old)] };
}

function isSamePeer(left: Peer, right: Peer): boolean {
  if (left === right) return true;
  if (left.name !== right.name || left.hasStaleCoordinates !== right.hasStaleCoordinates) return false;
  const [one, other] = [left.coordinates, right.coordinates];
  if (one === undefined || other === undefined) return one === other;
  return one.x === other.x && one.y === other.y && one.z === other.z && one.height === other.height;
}
