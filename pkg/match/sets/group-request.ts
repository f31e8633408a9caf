import type { Bounds } from "../bounds.ts";
import type { MatchRequest } from "../machine-view.ts";
import type { PlaceOfPeers } from "../peer-term.ts";

/** Machines that are wanted for the same; the groups of one question have no machine in common. */
export interface GroupRequest {
  readonly name: string;
  readonly count: number;
  /** What each of them must be, whichever the others are. */
  readonly request: MatchRequest;
  /** What is asked of them by which the others are. */
  readonly terms: readonly GroupTerm[];
}

/** A term with members that are looked for along with it: of the group itself, or of another one. */
export type GroupTerm = LatencyBetween | PlaceBetween;

export interface LatencyBetween {
  readonly kind: "latency";
  readonly label: string;
  /** Name of a group; its own: within. */
  readonly to: string;
  readonly bounds: Bounds;
  readonly pairs: "All" | "Closest";
  /** Over how many peers a member's mean is taken. */
  readonly of: number;
}

export interface PlaceBetween extends Pick<PlaceOfPeers, "kind" | "label" | "by" | "penalty" | "of"> {
  readonly to: string;
}
