import type { Clock } from "../../clock/index.ts";
import type { NetworkPeer } from "../../protocol/index.ts";

/** After so many questions without an answer a peer counts as silent. */
const missedMost = 3;
/** Where no peer at all has answered for so long, what was found out is old. */
const staleMs = 180_000;

/** The peers of one machine, and which of them answer. */
export class PeerTable {
  readonly #clock: Clock;
  #peers: readonly NetworkPeer[] = [];
  readonly #missed = new Map<string, number>();
  #turn = 0;
  #answeredAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#answeredAt = clock.monotonic();
  }

  set(peers: readonly NetworkPeer[]): void {
    const uids = new Set(peers.map(({ uid }) => uid));
    for (const uid of this.#missed.keys()) if (!uids.has(uid)) this.#missed.delete(uid);
    this.#peers = peers;
  }

  /** Each in turn. */
  next(): NetworkPeer | undefined {
    return this.#peers.length === 0 ? undefined : this.#peers[this.#turn++ % this.#peers.length];
  }

  /** Returns whether it is another one that is silent now. */
  asked(uid: string, hasAnswered: boolean): boolean {
    const missed = this.#missed.get(uid) ?? 0;
    if (hasAnswered) this.#answeredAt = this.#clock.monotonic();
    this.#missed.set(uid, hasAnswered ? 0 : missed + 1);
    return hasAnswered ? missed >= missedMost : missed + 1 === missedMost;
  }

  /** uids, sorted. */
  get silent(): readonly string[] {
    return [...this.#missed].flatMap(([uid, missed]) => (missed >= missedMost ? [uid] : [])).sort();
  }

  get isAnswered(): boolean {
    return this.#clock.monotonic() - this.#answeredAt < staleMs;
  }
}
