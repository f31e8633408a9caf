import type { Claim, PoolRebalance } from "../../api/index.ts";
import { durationMs, parseTimestamp } from "../../clock/index.ts";
import { betterMachine } from "../../graph/index.ts";
import type { Improvement } from "../../match/index.ts";

/** A member that would be better off elsewhere. */
export interface Candidate {
  readonly claim: Claim;
  /** Uid of its component: of one component one member moves at a time. */
  readonly component: string;
  readonly improvement: Improvement;
}

export interface RebalanceWorld {
  readonly rebalance: PoolRebalance;
  /** Claims of the pool's machines. */
  readonly claims: readonly Claim[];
  readonly candidates: readonly Candidate[];
  readonly nowAt: number;
}

export interface RebalancePlan {
  readonly moves: readonly Candidate[];
  /** How many moves of this period are left after them. */
  readonly left: number;
}

/** The best moves within the budget: one of each component, and one to each machine. */
export function planRebalance(world: RebalanceWorld): RebalancePlan {
  const { rebalance, candidates } = world;
  const least = Number.parseInt(rebalance.minGain, 10);
  const moved = recentlyMoved(world);
  let left = movesLeft(world);
  const used = new Set<string>();
  const moves = [...candidates]
    .filter(({ claim, improvement }) => improvement.percent >= least && !moved.has(claim))
    .sort((one, other) => other.improvement.percent - one.improvement.percent || compareNames(one.claim, other.claim))
    .filter(({ component, improvement }) => {
      const ends = [`component ${component}`, `machine ${improvement.to}`];
      if (left <= 0 || ends.some((end) => used.has(end))) return false;
      for (const end of ends) used.add(end);
      left -= 1;
      return true;
    });
  return { moves, left };
}

/** Of what is written down of claims, so that a server that was started again has no new budget. */
export function movesLeft({ rebalance, claims, nowAt }: Omit<RebalanceWorld, "candidates">): number {
  const since = nowAt - durationMs(rebalance.period);
  const spent = claims.reduce((sum, claim) => sum + movesSince(claim, since), 0);
  return Math.max(0, rebalance.maxMoves - spent);
}

function recentlyMoved({ rebalance, claims, nowAt }: RebalanceWorld): ReadonlySet<Claim> {
  const since = nowAt - durationMs(rebalance.period);
  return new Set(claims.filter((claim) => movesSince(claim, since) > 0));
}

/** Those under way count. */
function movesSince(claim: Claim, since: number): number {
  const made = (claim.status?.replacements ?? []).filter(
    ({ reason, at }) => reason === "Rebalancing" && (parseTimestamp(at) ?? 0) > since,
  );
  return made.length + (betterMachine(claim) === undefined ? 0 : 1);
}

function compareNames({ metadata: left }: Claim, { metadata: right }: Claim): number {
  const [one, other] = [left, right].map(({ namespace, name }) => `${namespace}/${name}`);
  return (one ?? "") < (other ?? "") ? -1 : 1;
}
