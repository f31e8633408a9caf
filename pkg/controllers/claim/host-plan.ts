import type { Resource } from "../../api/index.ts";
import { annotations, isDeleting, isGoingBack } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import type { HostObservation } from "../../fabric/index.ts";

/**
 * How the machine of a claim is, as far as decisions about the claim go.
 *
 * | situation | meaning                                                               | the claim's work     |
 * |-----------|-----------------------------------------------------------------------|----------------------|
 * | gone      | the Resource is no more                                               | is lost              |
 * | alive     | its agent reports                                                     | is as reported       |
 * | unknown   | no verdict yet: suspected, or not reached since the server started    | may run: nothing done|
 * | agentDead | the machine answers, its agent is being started again                 | runs on, is adopted  |
 * | lost      | dead, down or unreachable, since when                                 | counts as lost       |
 */
export type HostSituation =
  | { readonly kind: "gone" }
  | {
      readonly kind: "alive";
      readonly isLeaving: boolean;
      readonly isCordoned: boolean;
      /** When it goes back to the pool that lent it: its claims are to leave before. */
      readonly goesBackAt?: string;
    }
  | { readonly kind: "unknown"; readonly sinceAt: number; readonly isLeaving: boolean }
  | { readonly kind: "agentDead"; readonly isLeaving: boolean }
  | {
      readonly kind: "lost";
      readonly verdict: "dead" | "down" | "unreachable";
      /** Last sign of life, wall clock. */
      readonly lostAt: number;
      readonly evidence: string;
      readonly isLeaving: boolean;
      /** It was told to restart, and may be away until then: wall clock. */
      readonly holdUntil?: number;
    };

/**
 * Verdicts are the fabric's; what a former server wrote into the Resource's status says only when the machine was lost,
 * never that it is.
 */
export function judgeHost(resource: Resource | undefined, observation: HostObservation | undefined): HostSituation {
  if (resource === undefined || observation === undefined) return { kind: "gone" };
  const isLeaving = isDeleting(resource) || isGoingBack(resource);
  switch (observation.state) {
    case "connected":
      return { kind: "alive", isLeaving, isCordoned: resource.spec.unschedulable, ...goingBack(resource) };
    case "connecting": {
      const { verdict, sinceAt, evidence = "" } = observation;
      if (verdict === undefined) return { kind: "unknown", sinceAt, isLeaving };
      return {
        kind: "lost",
        verdict,
        lostAt: lostBefore(resource) ?? sinceAt,
        evidence,
        isLeaving,
        ...holdOf(resource),
      };
    }
    case "lost": {
      const { verdict, sinceAt, evidence } = observation;
      if (verdict === "judging") return { kind: "unknown", sinceAt, isLeaving };
      if (verdict === "agentDead") return { kind: "agentDead", isLeaving };
      return { kind: "lost", verdict, lostAt: sinceAt, evidence, isLeaving, ...holdOf(resource) };
    }
  }
}

function goingBack({ status }: Resource): { readonly goesBackAt?: string } {
  const { loan } = status ?? {};
  return loan?.ending === undefined ? {} : { goesBackAt: loan.until };
}

function lostBefore({ status }: Resource): number | undefined {
  return status?.lostAt === undefined ? undefined : parseTimestamp(status.lostAt);
}

function holdOf({ metadata }: Resource): { readonly holdUntil?: number } {
  const holdUntil = parseTimestamp(metadata.annotations?.[annotations.holdUntil] ?? "");
  return holdUntil === undefined ? {} : { holdUntil };
}
