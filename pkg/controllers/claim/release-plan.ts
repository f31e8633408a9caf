import type { Claim, Resource } from "../../api/index.ts";
import { formatDuration } from "../../clock/index.ts";
import type { HostObservation } from "../../fabric/index.ts";
import type { Receipt } from "../../protocol/index.ts";

export interface ReleaseInput {
  readonly claim: Claim;
  /** Absent where it is not bound, or the machine is no more. */
  readonly resource?: Resource;
  readonly observation?: HostObservation;
  /** So long an absent machine is waited for. */
  readonly awayAfterMs: number;
  /** Nobody has been away for longer than this server has looked. */
  readonly startedAt: number;
  readonly nowAt: number;
}

/**
 * finish: nothing of the claim is left, or its debt is written down; it may go. release: give its place back, with the
 * machine's receipt or, deferred, as a debt of the machine. wait: the machine is at it.
 */
export type ReleasePlan =
  | { readonly kind: "finish" }
  | { readonly kind: "release"; readonly defer: boolean; readonly reason: string; readonly receipt?: Receipt }
  | { readonly kind: "wait"; readonly message: string; readonly recheckAfterMs?: number };

/** What a claim that is being deleted waits for. */
export function planRelease(input: ReleaseInput): ReleasePlan {
  const { claim, resource, observation } = input;
  if (resource === undefined || observation === undefined || !isHeld(claim, resource)) return { kind: "finish" };
  const name = resource.metadata.name ?? "";
  if (observation.state !== "connected") return whileAway(input, name, observation);
  const report = observation.claims.get(claim.metadata.uid ?? "");
  const receipt = report?.receipt;
  if (receipt !== undefined && receipt.epoch >= claim.spec.epoch) {
    return { kind: "release", defer: false, reason: "Removed", receipt };
  }
  return { kind: "wait", message: `${name} stops its processes and removes what it holds` };
}

function whileAway(
  { awayAfterMs, startedAt, nowAt }: ReleaseInput,
  name: string,
  { sinceAt }: Exclude<HostObservation, { state: "connected" }>,
): ReleasePlan {
  const awayMs = nowAt - Math.max(sinceAt, startedAt);
  if (awayMs >= awayAfterMs) {
    const reason = `${name} is away for ${formatDuration(awayMs)}: it is cleaned when it returns, before anything is bound to it`;
    return { kind: "release", defer: true, reason };
  }
  return { kind: "wait", message: `${name} is away; waiting for it to clean up`, recheckAfterMs: awayAfterMs - awayMs };
}

function isHeld({ metadata }: Claim, { status }: Resource): boolean {
  return (status?.allocations ?? []).some(({ claimUid }) => claimUid === metadata.uid);
}
