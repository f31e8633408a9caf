import type { Clock } from "../clock/index.ts";
import { abortable } from "./deadline.ts";
import type { RelayWay } from "./relay-connector.ts";
import { isSameWay, type Ways } from "./ways.ts";

/** Who has lost its parent has mostly found another by then; else it is reached directly. */
const otherParentMs = 300;
/** Who had a parent under the last server waits for as long as that one may come, and looks so often whether it may. */
const lastParentMs = 500;
/** Who has lost its parent and is not reached in another way within this is a suspect. */
export const otherWayMs = 2000;

/** The search for another way to a machine whose way through its parent was lost. Times are attentive ones. */
export class OtherWay {
  readonly #resourceUid: string;
  readonly #clock: Clock;
  readonly #ways: Ways | undefined;
  #lost: RelayWay | undefined;
  #lostAt = 0;
  #hasLooked = false;
  #onNews: () => void = () => {};

  constructor(resourceUid: string, { clock, ways }: { readonly clock: Clock; readonly ways: Ways | undefined }) {
    this.#resourceUid = resourceUid;
    this.#clock = clock;
    this.#ways = ways;
  }

  begin(lost: RelayWay, now: number): void {
    this.#lost = lost;
    this.#lostAt = now;
    this.#hasLooked = false;
  }

  end(): void {
    this.#lost = undefined;
  }

  /** There may be another one now. */
  news(): void {
    this.#onNews();
  }

  /** Than the one that was lost. */
  find(): RelayWay | "direct" | undefined {
    const way = this.#ways?.wayTo(this.#resourceUid);
    const isLost = way !== undefined && this.#lost !== undefined && isSameWay(way, this.#lost);
    return isLost ? undefined : way;
  }

  /** Until it has found another parent, or has had the time for it. */
  async wait(signal: AbortSignal): Promise<void> {
    let until = this.#clock.monotonic() + this.#patienceMs;
    while (this.find() === undefined && this.#clock.monotonic() < until) {
      const news = new Promise<void>((resolve) => {
        this.#onNews = resolve;
      });
      const cancel = this.#clock.setTimer(until - this.#clock.monotonic(), () => this.#onNews());
      await abortable(news, signal).finally(cancel);
      if (this.#awaitsParent) until = this.#clock.monotonic() + lastParentMs;
    }
  }

  get #awaitsParent(): boolean {
    return this.#ways?.awaitsParent(this.#resourceUid) === true;
  }

  get #patienceMs(): number {
    return this.#awaitsParent ? lastParentMs : otherParentMs;
  }

  /** Since the way was lost; time before `floor` does not count. */
  silentMs(now: number, floor: number): number {
    return now - Math.max(this.#lostAt, floor);
  }

  /** Who is dead is found out as soon as if it had beaten to the server: its parent has been silent about it for a while. */
  verdict(silentMs: number, silenceMs: number): "overdue" | "look" | undefined {
    if (silentMs > otherWayMs) return "overdue";
    if (this.#hasLooked || silentMs <= silenceMs / 2) return undefined;
    this.#hasLooked = true;
    return "look";
  }
}
