import { type Coordinates, estimateMs } from "../coordinates/index.ts";
import { type Bounds, excessOf, isWithin } from "./bounds.ts";

import { attributeOf, type MachineView } from "./machine-view.ts";
import type { LatencyToPeers, Peer, PeerTerm, PlaceOfPeers } from "./peer-term.ts";
import type { Fault } from "./refusal.ts";

/** The value by which places are compared; undefined where it is not known. */
export function placeOf(machine: Peer, by: string | undefined): string | undefined {
  return by === undefined ? machine.name : attributeOf(machine, by)?.toString();
}

export function peerFault(term: PeerTerm, machine: MachineView): Fault | undefined {
  if (term.kind === "latency") return latencyFault(term, machine);
  if (term.penalty !== undefined) return undefined;
  const place = placeOf(machine, term.by);
  if (place === undefined) {
    return term.kind === "antiAffinity" ? undefined : { reason: "AttributeUnknown", message: `${term.by} unknown` };
  }
  if (strangersAt(term, place) === 0) return undefined;
  return placeFault(term, place);
}

/** What is said where a member stands, or would stand, where it must not. */
function placeFault({ kind, by, label }: Pick<PlaceOfPeers, "kind" | "by" | "label">, place: string): Fault {
  const where = by === undefined ? "this machine" : `${by} ${place}`;
  if (kind === "antiAffinity")
    return { reason: "AntiAffinity", message: `${label} not kept`, detail: `${label} not kept: ${where} has one` };
  return { reason: "AffinityUnmet", message: `${label} not met`, detail: `${label} not met: none in ${where}` };
}

/** Why latencies to a machine are not known; undefined where they are. `whose` is said where it is another one's. */
export function placeFaultOf(label: string, machine: Peer, whose = ""): Fault | undefined {
  if (machine.coordinates === undefined)
    return { reason: "LatencyUnknown", message: `${label} unknown: ${whose}no coordinates yet` };
  if (machine.hasStaleCoordinates !== true) return undefined;
  return { reason: "LatencyStale", message: `${label} unknown: ${whose}coordinates are stale, no peer answers` };
}

function latencyOutOfBounds(label: string, bounds: Bounds, peer: string, ms: number): Fault {
  const message =
    bounds.max !== undefined && ms > bounds.max
      ? `${label} above max ${bounds.max}ms`
      : `${label} below min ${bounds.min}ms`;
  return { reason: "LatencyOutOfBounds", message, detail: `${message}: ${peer} is ${ms.toFixed(1)}ms away` };
}

function latencyFault(term: LatencyToPeers, machine: MachineView): Fault | undefined {
  const { label, bounds, pairs, peers } = term;
  const here = machine.coordinates;
  const fault = placeFaultOf(label, machine);
  if (fault !== undefined || here === undefined) return fault;
  const { unknown, outside } = countFaults(term, here);
  // Where the closest one is all that counts, all of them have to be wrong.
  const areAllNeeded = pairs === "Closest";
  // A bound that cannot be looked at is not kept.
  const isBounded = bounds.min !== undefined || bounds.max !== undefined;
  if (isBounded && unknown > 0 && (!areAllNeeded || unknown === peers.length)) return unknownPeer(term);
  return outside > 0 && (!areAllNeeded || outside === peers.length - unknown) ? worstPeer(term, here) : undefined;
}

/** Asked of all machines, most of which will do: nothing is made for these. */
function countFaults({ bounds, peers }: LatencyToPeers, here: Coordinates): Record<"unknown" | "outside", number> {
  let [outside, unknown] = [0, 0];
  for (const peer of peers) {
    if (peer.coordinates === undefined || peer.hasStaleCoordinates === true) unknown++;
    else if (!isWithin(estimateMs(here, peer.coordinates), bounds)) outside++;
  }
  return { unknown, outside };
}

function unknownPeer({ label, peers }: LatencyToPeers): Fault | undefined {
  return peers.flatMap((peer) => placeFaultOf(label, peer, `${peer.name}: `) ?? [])[0];
}

function worstPeer({ label, bounds, peers }: LatencyToPeers, here: Coordinates): Fault | undefined {
  const measured = peers.flatMap(({ name, coordinates }) =>
    coordinates === undefined ? [] : [{ name, ms: estimateMs(here, coordinates) }],
  );
  const [worst] = measured.sort((left, right) => excessOf(right.ms, bounds) - excessOf(left.ms, bounds));
  return worst && latencyOutOfBounds(label, bounds, worst.name, worst.ms);
}

/** What a machine pays for where the others are. */
export function peerPenalty(term: PeerTerm, machine: MachineView): number {
  if (term.kind === "latency") return latencyPenalty(term, machine);
  if (term.penalty === undefined) return 0;
  const place = placeOf(machine, term.by);
  return term.penalty * strangersAt(term, place);
}

/** Whether machines are told apart by what they pay for it. */
export function isPaidFor(term: PeerTerm): boolean {
  return term.kind === "latency" ? term.bounds.ideal !== undefined : term.penalty !== undefined;
}

function latencyPenalty({ bounds, pairs, peers, of }: LatencyToPeers, machine: MachineView): number {
  const { ideal, penalty } = bounds;
  const here = machine.coordinates;
  if (ideal === undefined || here === undefined) return 0;
  let [sum, least] = [0, Number.POSITIVE_INFINITY];
  for (const { coordinates } of peers) {
    if (coordinates === undefined) continue;
    const excess = excessOf(estimateMs(here, coordinates), ideal);
    sum += excess;
    if (excess < least) least = excess;
  }
  if (least === Number.POSITIVE_INFINITY) return 0;
  return pairs === "Closest" ? least * penalty : (sum * penalty) / of;
}

/** How much of the term is not kept at a place: of `affinity` all or nothing, of the others a share of the peers. */
function strangersAt({ kind, by, peers, of }: PlaceOfPeers, place: string | undefined): number {
  const there = place === undefined ? 0 : peers.filter((peer) => placeOf(peer, by) === place).length;
  if (kind === "affinity") return there === 0 ? 1 : 0;
  return (kind === "antiAffinity" ? there : peers.length - there) / of;
}
