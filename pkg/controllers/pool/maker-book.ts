import type { ResourcePool } from "../../api/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { MachineMaker, MadeMachine, MakerCall, ProviderPorts } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";
import { type MakerFailure, type MakerOrder, type MakerVerb, type MakerView, orderText } from "./maker-view.ts";

export interface MakerBookOptions {
  readonly clock: Clock;
  readonly ports: ProviderPorts;
  /** Told of each request when it is over. */
  readonly measure?: (verb: MakerVerb, result: "answered" | "failed", seconds: number) => void;
}

const firstBackoffMs = 1000;
const maxBackoffMs = 300_000;

interface Page {
  generation?: number;
  listedAt?: number;
  readonly machines: Map<string, MadeMachine>;
  readonly seenAt: Map<string, number>;
  readonly busy: Set<string>;
  readonly failures: Map<MakerVerb, MakerFailure>;
  activeAt: number;
  /** Counts requests, so that a list knows less of a machine than what was asked for it and answered later. */
  steps: number;
  /** By name: the step at which create or delete was answered last. */
  readonly answered: Map<string, number>;
}

/**
 * Asks makers, and keeps what they answered, for one pool each. It remembers nothing that must not be lost: names are
 * recorded by who orders, and what is there the next list tells.
 */
export class MakerBook {
  readonly #options: MakerBookOptions;
  readonly #pages = new Map<string, Page>();
  readonly #listeners = new Set<(poolUid: string) => void>();
  readonly #stop = new AbortController();

  constructor(options: MakerBookOptions) {
    this.#options = options;
  }

  /** Where the pool has been changed nothing is waited for: somebody may have mended what failed. */
  view({ metadata: { uid = "", generation = 0 } }: ResourcePool): MakerView {
    const page = this.#page(uid);
    if (page.generation !== undefined && page.generation !== generation) page.failures.clear();
    page.generation = generation;
    return page;
  }

  /** Called whenever there is news of a pool. Returns what stops that. */
  subscribe(listener: (poolUid: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends what is under way, for the server's end. */
  close(): void {
    this.#stop.abort();
  }

  forget(poolUid: string): void {
    this.#pages.delete(poolUid);
  }

  /** Begins a request, unless the same one is under way; what comes of it is seen later. */
  order(order: MakerOrder, maker: MachineMaker, pool: ResourcePool): void {
    const page = this.#page(pool.metadata.uid ?? "");
    const text = orderText(order);
    if (page.busy.has(text) || this.#stop.signal.aborted) return;
    page.busy.add(text);
    void this.#carryOut(order, maker, pool, page).finally(() => {
      page.busy.delete(text);
      for (const listener of this.#listeners) listener(pool.metadata.uid ?? "");
    });
  }

  async #carryOut(order: MakerOrder, maker: MachineMaker, pool: ResourcePool, page: Page): Promise<void> {
    const { clock, ports, measure } = this.#options;
    const startedMs = clock.monotonic();
    const call: MakerCall = { pool, ports, signal: this.#stop.signal };
    const step = ++page.steps;
    if (order.verb !== "list") page.activeAt = clock.now();
    const tell = (result: "answered" | "failed"): void =>
      measure?.(order.verb, result, (clock.monotonic() - startedMs) / 1000);
    try {
      await this.#ask(order, maker, call, { page, step });
      page.failures.delete(order.verb);
      tell("answered");
    } catch (error) {
      tell("failed");
      page.failures.set(order.verb, failureAfter(page.failures.get(order.verb), order, error, clock.now()));
    }
    if (order.verb !== "list") page.activeAt = clock.now();
  }

  async #ask(
    order: MakerOrder,
    maker: MachineMaker,
    call: MakerCall,
    { page, step }: { readonly page: Page; readonly step: number },
  ): Promise<void> {
    const { clock } = this.#options;
    if (order.verb === "list") {
      const listedAt = clock.now();
      this.#replace(page, await maker.list(call), step);
      page.listedAt = listedAt;
      return;
    }
    const { name } = order;
    if (order.verb === "create") {
      const machine = await maker.create(name, call);
      page.machines.set(name, machine);
      if (!page.seenAt.has(name)) page.seenAt.set(name, clock.now());
    } else {
      await maker.delete(name, call);
      // Whether it is gone already, the next list tells.
      const known = page.machines.get(name);
      if (known !== undefined) page.machines.set(name, { name, state: "Leaving" });
    }
    page.answered.set(name, ++page.steps);
  }

  /** What was answered after the list had been asked for is newer than the list. */
  #replace(page: Page, listed: readonly MadeMachine[], step: number): void {
    const isNewer = (name: string): boolean => (page.answered.get(name) ?? 0) > step;
    const names = new Set(listed.map(({ name }) => name));
    for (const name of [...page.machines.keys()]) {
      if (names.has(name) || isNewer(name)) continue;
      page.machines.delete(name);
      page.seenAt.delete(name);
      page.answered.delete(name);
    }
    for (const machine of listed) {
      if (isNewer(machine.name)) continue;
      page.machines.set(machine.name, machine);
      if (!page.seenAt.has(machine.name)) page.seenAt.set(machine.name, this.#options.clock.now());
    }
  }

  #page(poolUid: string): Page {
    const known = this.#pages.get(poolUid);
    if (known !== undefined) return known;
    const page: Page = {
      machines: new Map(),
      seenAt: new Map(),
      busy: new Set(),
      failures: new Map(),
      activeAt: this.#options.clock.now(),
      steps: 0,
      answered: new Map(),
    };
    this.#pages.set(poolUid, page);
    return page;
  }
}

function failureAfter(
  before: MakerFailure | undefined,
  order: MakerOrder,
  cause: unknown,
  nowAt: number,
): MakerFailure {
  const { message, retryable } = StatusError.from(cause);
  const times = (before?.times ?? 0) + 1;
  const waitMs = Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(times - 1, 20));
  // Requests that were under way together fail together: that is one failure.
  if (before !== undefined && nowAt < before.nextAt) return before;
  const about = order.verb === "list" ? "" : ` of ${order.name}`;
  return { times, message: `${order.verb}${about}: ${message}`, isFinal: !retryable, nextAt: nowAt + waitMs };
}
