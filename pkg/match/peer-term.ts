import type { Coordinates } from "../coordinates/index.ts";
import type { Bounds } from "./bounds.ts";

/** A machine on which a member is, as far as others keep near to it, or away from it. */
export interface Peer {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, number | string>>;
  /** Where it is in the network, where that is known. */
  readonly coordinates?: Coordinates;
  /** They are what they were once: nothing has been measured for a while. */
  readonly hasStaleCoordinates?: boolean;
}

/** What is asked of a machine by where others are already. */
export type PeerTerm = LatencyToPeers | PlaceOfPeers;

interface Term {
  /** What it is called where penalties are told: "latency to db". */
  readonly label: string;
  readonly peers: readonly Peer[];
}

export interface LatencyToPeers extends Term {
  readonly kind: "latency";
  readonly bounds: Bounds;
  /** Closest: one peer within bounds is enough, whichever it is. */
  readonly pairs: "All" | "Closest";
  /** Over how many peers the mean is taken: those that are still to come count. */
  readonly of: number;
}

export interface PlaceOfPeers extends Term {
  /** affinity: where at least one peer is; together: where all are; antiAffinity: where none is. */
  readonly kind: "affinity" | "together" | "antiAffinity";
  /** Label or attribute; absent: the machine itself. */
  readonly by?: string;
  /** Absent: it must not stand where it should not. */
  readonly penalty?: number;
  readonly of: number;
}
