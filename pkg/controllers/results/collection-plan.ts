import { type Claim, isDeleting, type Process } from "../../api/index.ts";
import { formatDuration } from "../../clock/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import { isUncollected } from "../../graph/index.ts";

export interface CollectionInput {
  readonly process: Process;
  /** Complete, or failed. */
  readonly hasApplicationEnded: boolean;
  /** What is to be kept of its member is fetched with it, once the application has ended. */
  readonly keeps?: boolean;
  /** The claim under which it ran; undefined: that is no more. */
  readonly claim?: Claim;
  readonly observation?: HostObservation;
  /** So long an absent machine is waited for. */
  readonly awayAfterMs: number;
  /** Nobody has been away for longer than this server has looked. */
  readonly startedAt: number;
  readonly nowAt: number;
}

/** fetch: from this machine. giveUp: it cannot be had, and nobody has to wait for it. */
export type CollectionPlan =
  | { readonly kind: "nothing" }
  | { readonly kind: "wait"; readonly recheckAfterMs: number }
  | { readonly kind: "giveUp"; readonly missing: string }
  | { readonly kind: "fetch"; readonly machine: string };

/** What is to be done about what a process leaves. */
export function planCollection(input: CollectionInput): CollectionPlan {
  const { process, hasApplicationEnded, keeps = false, claim, observation } = input;
  if (!isUncollected(process, hasApplicationEnded, keeps)) return { kind: "nothing" };
  const machine = claim?.spec.resourceUid;
  const isGone = claim === undefined || isDeleting(claim) || claim.spec.epoch !== process.status?.epoch;
  if (isGone || machine === undefined || observation === undefined) {
    // What was fetched before its end is better than nothing.
    if (process.status?.collected?.epoch === process.status?.epoch && !keeps) return { kind: "nothing" };
    return { kind: "giveUp", missing: "its machine was given back before anything could be fetched" };
  }
  if (observation.state === "connected") return { kind: "fetch", machine };
  const awayMs = input.nowAt - Math.max(observation.sinceAt, input.startedAt);
  if (awayMs < input.awayAfterMs) return { kind: "wait", recheckAfterMs: input.awayAfterMs - awayMs };
  return {
    kind: "giveUp",
    missing: `${process.status?.resourceName ?? "its machine"} is away for ${formatDuration(awayMs)}`,
  };
}
