import { sleep } from "../../clock/index.ts";
import type { MonitorOrder, MonitorReport } from "../../protocol/index.ts";
import { findOwner } from "../environment/user.ts";
import type { ClaimEntry } from "../ledger/entry.ts";
import { foldMonitor, initialMonitor, type MonitorState } from "../plan-monitor.ts";
import { claimState } from "../report/claim-state.ts";
import { claimCommand, claimUser } from "./claim-command.ts";
import { preparePlace } from "./claim-directory.ts";
import type { ClaimTasksOptions } from "./task-input.ts";

interface Watched {
  readonly order: MonitorOrder;
  /** Another order begins anew. */
  readonly key: string;
  readonly stopped: AbortController;
  state: MonitorState;
}

/** How much of a failing command's output is told. */
const maxOutput = 1000;

/** Runs a claim's monitors while its software is installed and it is to run. */
export class MonitorWatch {
  readonly #options: ClaimTasksOptions;
  readonly #watched = new Map<string, Watched>();
  /** Commands are given what the claim is now. */
  #entry: ClaimEntry | undefined;

  constructor(options: ClaimTasksOptions) {
    this.#options = options;
  }

  follow(entry: ClaimEntry | undefined): void {
    this.#entry = entry;
    const isAtWork = entry?.order.intent === "Run" && claimState(entry) === "Configured";
    const orders = isAtWork ? (entry.order.monitors ?? []) : [];
    const wanted = new Map(orders.map((order) => [order.name, order]));
    for (const [name, { key, stopped }] of this.#watched) {
      const order = wanted.get(name);
      if (order !== undefined && JSON.stringify(order) === key) continue;
      stopped.abort();
      this.#watched.delete(name);
    }
    for (const order of orders) if (!this.#watched.has(order.name)) this.#watch(order);
  }

  /** In the order in which they are ordered. */
  reports(): readonly MonitorReport[] {
    return [...this.#watched.values()].map(({ order: { name }, state: { says, sinceAt, message } }) => ({
      name,
      state: says,
      ...(sinceAt !== undefined && { since: new Date(sinceAt).toISOString() }),
      ...(message !== undefined && { message }),
    }));
  }

  close(): void {
    this.follow(undefined);
  }

  #watch(order: MonitorOrder): void {
    const watched: Watched = {
      order,
      key: JSON.stringify(order),
      stopped: new AbortController(),
      state: initialMonitor,
    };
    this.#watched.set(order.name, watched);
    // Ends by the abort, which is no failure.
    this.#run(watched).catch(() => undefined);
  }

  async #run(watched: Watched): Promise<void> {
    const { clock } = this.#options.context.ports;
    const { order, stopped } = watched;
    for (;;) {
      const answer = await this.#ask(order);
      stopped.signal.throwIfAborted();
      const { says } = watched.state;
      watched.state = foldMonitor(watched.state, answer, order, clock.now());
      if (watched.state.says !== says) this.#options.context.changed(this.#options.uid);
      await sleep(clock, order.periodMs, stopped.signal);
    }
  }

  async #ask({ command, timeoutMs }: MonitorOrder): Promise<{ readonly ok: boolean; readonly message: string }> {
    const { context } = this.#options;
    const entry = this.#entry;
    if (entry === undefined) return { ok: false, message: "the claim is gone" };
    try {
      // A claim without software has no directory before its first process.
      const user = await findOwner(claimUser(entry), context);
      await preparePlace(context, entry, "owner" in user ? user.owner : undefined);
      const { ok, message, output } = await claimCommand(context, entry, { argv: command, timeoutMs });
      const tail = output.slice(-maxOutput);
      return { ok, message: tail === "" ? message : `${message}: ${tail}` };
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  }
}
