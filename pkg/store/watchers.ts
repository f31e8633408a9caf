import type { Logger } from "../log/index.ts";
import type { CommitRecord } from "./history.ts";
import type { Change, Watcher, WatchHandler } from "./store.ts";

/** Who watches one prefix. */
interface Group {
  readonly prefix: string;
  readonly subscriptions: Set<Subscription>;
}

interface Subscription {
  readonly handler: WatchHandler;
  /** The last revision it was given; guards against giving one twice. */
  position: number;
}

/** Who watches what, by prefix: the cost of a commit is that of the prefixes, and of those who are told. */
export class Watchers {
  readonly #byPrefix = new Map<string, Group>();
  readonly #log: Logger;
  #count = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  get count(): number {
    return this.#count;
  }

  /** Gives `replay`, which ends at `revision`, and later what is published after it. */
  add(prefix: string, handler: WatchHandler, replay: Iterable<readonly Change[]>, revision: number): Watcher {
    const subscription: Subscription = { handler, position: revision };
    const group = this.#byPrefix.get(prefix) ?? { prefix, subscriptions: new Set() };
    group.subscriptions.add(subscription);
    this.#byPrefix.set(prefix, group);
    this.#count++;
    const close = (): void => this.#remove(prefix, subscription);
    for (const changes of replay) {
      if (!group.subscriptions.has(subscription)) break;
      this.#give(prefix, subscription, changes, changes[0]?.revision ?? revision);
    }
    return { isLive: true, close };
  }

  publish({ revision, changes }: CommitRecord): void {
    for (const { prefix, subscriptions } of this.#byPrefix.values()) {
      const visible = changes.length === 1 ? changes : changes.filter(({ key }) => key.startsWith(prefix));
      if (visible[0]?.key.startsWith(prefix) !== true) continue;
      for (const subscription of subscriptions) {
        if (subscription.position >= revision) continue;
        subscription.position = revision;
        this.#give(prefix, subscription, visible, revision);
      }
    }
  }

  end(): void {
    for (const { subscriptions } of this.#byPrefix.values()) for (const { handler } of subscriptions) handler.onEnd();
    this.#byPrefix.clear();
    this.#count = 0;
  }

  /** A handler that throws is a fault of ours; it loses its watch rather than a change, and the others go on. */
  #give(prefix: string, subscription: Subscription, changes: readonly Change[], revision: number): void {
    try {
      subscription.handler.onChanges(changes, revision);
    } catch (error) {
      this.#log.error({ err: error, prefix }, "watch handler failed; its watch is ended");
      this.#remove(prefix, subscription);
      subscription.handler.onEnd();
    }
  }

  #remove(prefix: string, subscription: Subscription): void {
    const group = this.#byPrefix.get(prefix);
    if (group?.subscriptions.delete(subscription) !== true) return;
    this.#count--;
    if (group.subscriptions.size === 0) this.#byPrefix.delete(prefix);
  }
}
