import type { HostObservation } from "./fabric.ts";

/** When losing machines is taken for our own blindness: more than `maxFailedPercent` of them, and at least `minFailed`, within `windowMs`. */
export interface BrakeLimits {
  readonly maxFailedPercent: number;
  readonly minFailed: number;
  readonly windowMs: number;
}

export interface LossEvidence {
  readonly observation: HostObservation;
  /** When the machine was lost as far as was known before this server started; absent: it was not. Wall clock, ms. */
  readonly lostBeforeAt?: number;
  /** Whether an agent has ever been reached there: a machine that never was cannot be lost. */
  readonly known: boolean;
  readonly nowAt: number;
}

/**
 * When a machine was lost, or undefined where it is not. Suspicion counts: at the first verdict of a mass loss the other
 * machines are suspects still.
 */
export function lossAt({ observation, lostBeforeAt, known, nowAt }: LossEvidence): number | undefined {
  switch (observation.state) {
    case "connected":
      return observation.suspect ? nowAt : undefined;
    case "lost":
      return observation.verdict === "agentDead" ? undefined : observation.sinceAt;
    case "connecting":
      if (!known) return undefined;
      return lostBeforeAt ?? (observation.verdict === undefined ? undefined : observation.sinceAt);
  }
}

/** Whether so many of `total` machines were lost within one window that none of them may be taken for lost. */
export function isMassLoss(losses: readonly number[], total: number, limits: BrakeLimits): boolean {
  const sorted = [...losses].sort((left, right) => left - right);
  return sorted.some((end, index) => {
    const within = sorted.slice(0, index + 1).filter((at) => end - at <= limits.windowMs).length;
    return within >= limits.minFailed && within * 100 > limits.maxFailedPercent * total;
  });
}
