import type { MachineView, MatchRequest } from "./machine-view.ts";
import { refusalOf } from "./match.ts";
import { isPaidFor } from "./peer-terms.ts";

/** Machines that may do, in the order of their names; each is seen only when it is its turn. */
export interface Candidates {
  /** How many claims each holds. */
  readonly claims: Int32Array;
  readonly view: (at: number) => MachineView;
}

/** Whether machines are compared by nothing but how many claims they hold, and their names. */
export function isByClaimsAlone({ spread, attributes, peers = [] }: MatchRequest): boolean {
  if (spread.length > 0 || peers.some(isPaidFor)) return false;
  return attributes.every(({ ideal, penalties }) => ideal === undefined && penalties === undefined);
}

/**
 * The machine that `match` would choose for a request that is by claims alone. Of a thousand machines it looks at one or a
 * few: with `match` a thousand claims would cost a million looks.
 */
export function fewestClaims(request: MatchRequest, { claims, view }: Candidates): MachineView | undefined {
  let level = fewestAbove(claims, -1);
  while (level < Number.POSITIVE_INFINITY) {
    for (let at = claims.indexOf(level); at >= 0; at = claims.indexOf(level, at + 1)) {
      const machine = view(at);
      if (refusalOf(request, machine) === undefined) return machine;
    }
    level = fewestAbove(claims, level);
  }
  return undefined;
}

/** Machines hold few claims, and most of them as many as others: that is less work than to sort them. */
function fewestAbove(claims: Int32Array, level: number): number {
  let fewest = Number.POSITIVE_INFINITY;
  for (let at = 0; at < claims.length; at++) {
    const held = claims[at] ?? 0;
    if (held > level && held < fewest) fewest = held;
  }
  return fewest;
}
