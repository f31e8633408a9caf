import type { Claim, ObjectKey } from "../../api/index.ts";
import type { Clock } from "../../clock/index.ts";
import { peerGroup } from "./peers-plan.ts";

/** News that come together are told together: for each member so long after the first. */
const gatherPerMemberMs = 0.25;

export interface PeerRoundsOptions {
  readonly clock: Clock;
  /** All claims whose members know each other. */
  readonly claimsWith: (claim: Claim) => readonly Claim[];
  /** How long until news of the claim's group may be told. */
  readonly roundIn: (claim: Claim) => number;
  readonly machinesOf: (claims: readonly Claim[]) => readonly ObjectKey[];
}

/**
 * Has all machines of a group looked at when there is news of one of its members: once for all news that come before the
 * next round. A thousand members that come up one after another would have each other looked at a million times.
 */
export class PeerRounds {
  readonly #options: PeerRoundsOptions;
  readonly #waiting = new Map<string, () => void>();
  #enqueue: ((key: ObjectKey) => void) | undefined;

  constructor(options: PeerRoundsOptions) {
    this.#options = options;
  }

  /** Until this is called nobody is told: whoever starts looks at all machines. Returns what stops it. */
  start(enqueue: (key: ObjectKey) => void): () => void {
    this.#enqueue = enqueue;
    return () => {
      this.#enqueue = undefined;
      for (const cancel of this.#waiting.values()) cancel();
      this.#waiting.clear();
    };
  }

  /** Something about this claim is news to its peers. */
  news(claim: Claim): void {
    const { clock, claimsWith, roundIn, machinesOf } = this.#options;
    const group = peerGroup(claim);
    if (this.#enqueue === undefined || this.#waiting.has(group)) return;
    const delayMs = Math.max(roundIn(claim), claimsWith(claim).length * gatherPerMemberMs);
    const cancel = clock.setTimer(delayMs, () => {
      this.#waiting.delete(group);
      for (const key of machinesOf(claimsWith(claim))) this.#enqueue?.(key);
    });
    this.#waiting.set(group, cancel);
  }
}
