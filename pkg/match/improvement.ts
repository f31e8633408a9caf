import type { MatchResult, RankedMachine } from "./match.ts";
import type { RefusalReason } from "./refusal.ts";

/** Another machine that is better than the one where a member is. */
export interface Improvement {
  readonly to: string;
  /** How much of what speaks against the present machine is saved; of one where it may not be any more, all. */
  readonly percent: number;
  /** For people: what it pays here and what there. */
  readonly text: string;
}

/** Reasons that are about where the others are: a member may come to stand where it may not, by moves of others. */
const placeReasons: ReadonlySet<RefusalReason> = new Set([
  "Skew",
  "SpreadFull",
  "AntiAffinity",
  "AffinityUnmet",
  "LatencyOutOfBounds",
]);

/**
 * Whether a member would be better off elsewhere, by the same order in which machines are chosen: `found` is what `match` says
 * of it with the member itself left aside. That another machine holds fewer claims is not worth a move. Every move
 * makes its own order strictly better, so that nobody moves to and fro while nothing else changes.
 */
export function improvementOf({ ranking, refusals }: MatchResult, here: string): Improvement | undefined {
  const [best] = ranking;
  if (best === undefined || best.name === here) return undefined;
  const present = ranking.find(({ name }) => name === here);
  if (present !== undefined) return comparison(present, best);
  const refusal = refusals.find(({ resource }) => resource === here);
  if (refusal === undefined || !placeReasons.has(refusal.reason)) return undefined;
  return { to: best.name, percent: 100, text: `${here}: ${refusal.detail ?? refusal.message}` };
}

function comparison(present: RankedMachine, best: RankedMachine): Improvement | undefined {
  const to = best.name;
  if (present.penalty > best.penalty) {
    const percent = ((present.penalty - best.penalty) / present.penalty) * 100;
    return { to, percent, text: `penalty ${present.penalty} on ${present.name}, ${best.penalty} on ${to}` };
  }
  // With itself: so many share its place, and so many would.
  const at = present.spread.findIndex((count, index) => count !== best.spread[index]);
  const [more = 0, less = 0] = [present.spread[at], best.spread[at]];
  if (at < 0 || more <= less) return undefined;
  const percent = ((more - less) / (more + 1)) * 100;
  return { to, percent, text: `${more + 1} members share its place on ${present.name}, ${less + 1} on ${to}` };
}
