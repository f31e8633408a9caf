import type { Claim, ObjectKey } from "../../api/index.ts";
import type { Clock } from "../../clock/index.ts";
import { peerGroup } from "./peers-plan.ts";

/** News that come together are told together: when for each member it has been quiet for so long, but not for longer. */
const gatherPerMemberMs = 1;
const maxGatherMs = 1000;

/** Where it does not become quiet they are told after so many times that. */
const maxGathers = 8;

export interface PeerRoundsOptions {
  readonly clock: Clock;
  /** All claims whose members know each other. */
  readonly claimsWith: (claim: Claim) => readonly Claim[];
  /** How long until news of the claim's group may be told. */
  readonly roundIn: (claim: Claim) => number;
  readonly machinesOf: (claims: readonly Claim[]) => readonly ObjectKey[];
}

/** News of one group that wait to be told. All times are monotonic, ms. */
interface Gathering {
  readonly claim: Claim;
  readonly sinceAt: number;
  newestAt: number;
  cancel: () => void;
}

/**
 * Has all machines of a group looked at when there is news of one of its members: once for all news that come before the
 * next round. A thousand members that come up one after another would have each other looked at a million times.
 */
export class PeerRounds {
  readonly #options: PeerRoundsOptions;
  readonly #waiting = new Map<string, Gathering>();
  #enqueue: ((key: ObjectKey) => void) | undefined;

  constructor(options: PeerRoundsOptions) {
    this.#options = options;
  }

  /** Until this is called nobody is told: whoever starts looks at all machines. Returns what stops it. */
  start(enqueue: (key: ObjectKey) => void): () => void {
    this.#enqueue = enqueue;
    return () => {
      this.#enqueue = undefined;
      for (const { cancel } of this.#waiting.values()) cancel();
      this.#waiting.clear();
    };
  }

  /** Something about this claim is news to its peers. */
  news(claim: Claim): void {
    const group = peerGroup(claim);
    const nowAt = this.#options.clock.monotonic();
    const gathering = this.#waiting.get(group);
    if (gathering !== undefined) gathering.newestAt = nowAt;
    else if (this.#enqueue !== undefined)
      this.#wait(group, { claim, sinceAt: nowAt, newestAt: nowAt, cancel: nothing });
  }

  /** Until it is quiet, and the next round is due. */
  #wait(group: string, gathering: Gathering): void {
    const { clock, claimsWith, roundIn } = this.#options;
    const { claim, sinceAt, newestAt } = gathering;
    const quietMs = Math.min(maxGatherMs, claimsWith(claim).length * gatherPerMemberMs);
    const nowAt = clock.monotonic();
    const quietAt = Math.min(newestAt + quietMs, sinceAt + maxGathers * quietMs);
    // Whole ones: what is left of a sum of fractions may be too little to be waited for.
    const waitMs = Math.ceil(Math.max(roundIn(claim), quietAt - nowAt));
    if (waitMs <= 0) {
      this.#tell(group, claim);
      return;
    }
    gathering.cancel = clock.setTimer(waitMs, () => this.#wait(group, gathering));
    this.#waiting.set(group, gathering);
  }

  #tell(group: string, claim: Claim): void {
    const { claimsWith, machinesOf } = this.#options;
    this.#waiting.delete(group);
    for (const key of machinesOf(claimsWith(claim))) this.#enqueue?.(key);
  }
}

const nothing = (): void => undefined;
