import type { MachineView, MatchRequest } from "./machine-view.ts";
import { refusalOf } from "./match.ts";
import { isPaidFor } from "./peer-terms.ts";

/** A machine that may do, seen only when it is its turn. */
export interface Candidate {
  /** Claims that it holds. */
  readonly claims: number;
  readonly view: () => MachineView;
}

/** Whether machines are compared by nothing but how many claims they hold, and their names. */
export function isByClaimsAlone({ spread, attributes, peers = [] }: MatchRequest): boolean {
  if (spread.length > 0 || peers.some(isPaidFor)) return false;
  return attributes.every(({ ideal, penalties }) => ideal === undefined && penalties === undefined);
}

/**
 * The machine that `match` would choose for a request that is by claims alone; `candidates` are in the order of their
 * names. Of a thousand machines it looks at one or a few: with `match` a thousand claims would cost a million looks.
 */
export function fewestClaims(request: MatchRequest, candidates: readonly Candidate[]): MachineView | undefined {
  const sorted = [...candidates].sort((left, right) => left.claims - right.claims);
  for (const { view } of sorted) {
    const machine = view();
    if (refusalOf(request, machine) === undefined) return machine;
  }
  return undefined;
}
