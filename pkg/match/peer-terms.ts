import { type Coordinates, estimateMs } from "../coordinates/index.ts";
import { type Bounds, excessOf, fromMicro, isWithin, toMicro } from "./bounds.ts";
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
  const here = machine.coordinates;
  const fault = placeFaultOf(term.label, machine);
  if (fault !== undefined || here === undefined) return fault;
  const counts = countFaults(term, here);
  if (areTooFewKnown(term, counts)) return unknownPeer(term);
  return areTooManyOutside(term, counts) ? worstPeer(term, here) : undefined;
}

/** Of peers: those to which the latency is not known, and those to which it is out of bounds. */
interface PeerFaults {
  readonly unknown: number;
  readonly outside: number;
}

/** Where the closest one is all that counts, all of them have to be wrong. A bound that cannot be looked at is not kept. */
export function areTooFewKnown({ bounds, pairs, peers }: LatencyToPeers, { unknown }: PeerFaults): boolean {
  const isBounded = bounds.min !== undefined || bounds.max !== undefined;
  return isBounded && unknown > 0 && (pairs === "All" || unknown === peers.length);
}

export function areTooManyOutside({ pairs, peers }: LatencyToPeers, { unknown, outside }: PeerFaults): boolean {
  return outside > 0 && (pairs === "All" || outside === peers.length - unknown);
}

/** Whether it is known where a machine is. */
export function isKnownPlace({ coordinates, hasStaleCoordinates }: Peer): boolean {
  return coordinates !== undefined && hasStaleCoordinates !== true;
}

/** Asked of all machines, most of which will do: nothing is made for these. */
function countFaults({ bounds, peers }: LatencyToPeers, here: Coordinates): PeerFaults {
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

function latencyPenalty(term: LatencyToPeers, machine: MachineView): number {
  const { ideal } = term.bounds;
  const here = machine.coordinates;
  if (ideal === undefined || here === undefined) return 0;
  let [sum, least] = [0, Number.POSITIVE_INFINITY];
  for (const { coordinates } of term.peers) {
    if (coordinates === undefined) continue;
    const excess = toMicro(excessOf(estimateMs(here, coordinates), ideal));
    sum += excess;
    if (excess < least) least = excess;
  }
  return meanPenalty(term, sum, least);
}

/** `sum`, `least`: of what latencies to peers exceed the ideal by, in millionths; nobody was measured where the least is infinite. */
export function meanPenalty({ bounds: { penalty }, pairs, of }: LatencyToPeers, sum: number, least: number): number {
  if (least === Number.POSITIVE_INFINITY) return 0;
  return fromMicro(pairs === "Closest" ? least : sum / of) * penalty;
}

function strangersAt(term: PlaceOfPeers, place: string | undefined): number {
  const { by, peers } = term;
  return strangersOf(term, place === undefined ? 0 : peers.filter((peer) => placeOf(peer, by) === place).length);
}

/** How much of the term is not kept where so many peers are: of `affinity` all or nothing, of the others a share of the peers. */
export function strangersOf({ kind, peers, of }: PlaceOfPeers, there: number): number {
  if (kind === "affinity") return there === 0 ? 1 : 0;
  return (kind === "antiAffinity" ? there : peers.length - there) / of;
}
