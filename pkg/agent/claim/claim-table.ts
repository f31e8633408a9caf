import type { AgentDocument, ClaimOrder, ClaimReport, EarlyAnswer, SoftwareOrder } from "../../protocol/index.ts";
import type { ClaimEntry } from "../ledger/entry.ts";
import { Limiter } from "../limiter.ts";
import { ordersByClaim } from "../plan-order.ts";
import { neededBlobs } from "../plan-software.ts";
import type { ClaimContext } from "./claim-context.ts";
import { ClaimRunner } from "./claim-runner.ts";
import { takeOver } from "./take-over.ts";

/** What could not be written is tried again then. */
const retryMs = 1000;

/** All claims that the agent holds, each with its runner. */
export class ClaimTable {
  /** Given late: the context tells this table what has changed. */
  readonly #context: () => ClaimContext;
  readonly #runners = new Map<string, ClaimRunner>();
  readonly #distributing = new Limiter(1);
  #latest: AgentDocument | undefined;

  constructor(context: () => ClaimContext) {
    this.#context = context;
  }

  get size(): number {
    return this.#runners.size;
  }

  /** Takes up what an earlier agent left; resolves when it is known how each of its runs goes. */
  async load(): Promise<void> {
    const context = this.#context();
    for (const entry of await context.ledger.load()) {
      this.#runners.set(entry.uid, new ClaimRunner(entry.uid, entry, context));
    }
    await Promise.all([...this.#runners.values()].map((runner) => runner.adopt()));
  }

  /** Gives each claim its order, the latest document's; claims that are not named are told so, which is no order. */
  distribute(document: AgentDocument | undefined): Promise<void> {
    this.#latest = document;
    return this.#distributing.run(() => this.#distribute());
  }

  async #distribute(): Promise<void> {
    const orders = ordersByClaim(this.#latest);
    const failed = new Set<string>();
    for (const order of orders.values()) {
      if (order.takesOver === undefined || (await this.#takeOver(order))) continue;
      failed.add(order.uid).add(order.takesOver);
    }
    for (const uid of orders.keys()) {
      if (!this.#runners.has(uid)) this.#runners.set(uid, new ClaimRunner(uid, undefined, this.#context()));
    }
    for (const [uid, runner] of this.#runners) if (!failed.has(uid)) runner.accept(orders.get(uid));
    if (failed.size > 0) this.#distributeLater();
  }

  #distributeLater(): void {
    const { ports, closing } = this.#context();
    ports.clock.setTimer(retryMs, () => {
      if (!closing.aborted) void this.#distributing.run(() => this.#distribute());
    });
  }

  /** Returns false where it failed and is to be tried again. Where there is nothing to take over, nothing is done. */
  async #takeOver(order: ClaimOrder): Promise<boolean> {
    const context = this.#context();
    const former = this.#runners.get(order.takesOver ?? "");
    if (former === undefined) return true;
    const heir = this.#runners.get(order.uid);
    const sides = heir === undefined ? [former] : [former, heir];
    try {
      const areQuiet = await Promise.all(sides.map((runner) => runner.hold()));
      if (areQuiet.includes(false)) return true;
      const taken = await takeOver(context, { order, heir: heir?.entry, former: former.entry });
      for (const entry of taken === undefined ? [] : [taken.former, taken.heir]) {
        this.#runners.get(entry.uid)?.close();
        this.#runners.set(entry.uid, new ClaimRunner(entry.uid, entry, context));
      }
      return true;
    } catch (error) {
      context.ports.log.warn({ claim: order.uid, error: String(error) }, "a claim could not be taken over");
      return false;
    } finally {
      for (const runner of sides) if (this.#runners.get(runner.uid) === runner) runner.letGo();
    }
  }

  /** What the next document will say to a process; of claims that are not here nobody waits. */
  answer(answer: EarlyAnswer): void {
    this.#runners.get(answer.claimUid)?.answer(answer);
  }

  acknowledge(uid: string): void {
    this.#runners.get(uid)?.acknowledge();
  }

  wake(uid: string): void {
    this.#runners.get(uid)?.wake();
  }

  /** Drops a claim of which nothing is left. */
  prune(uid: string): void {
    const runner = this.#runners.get(uid);
    if (!runner?.isForgotten) return;
    runner.close();
    this.#runners.delete(uid);
  }

  /** Takes all claims off the machine. */
  async removeAll(): Promise<void> {
    await Promise.all([...this.#runners.values()].map((runner) => runner.remove()));
  }

  /** Stops looking after claims; what runs goes on. */
  close(): void {
    for (const runner of this.#runners.values()) runner.close();
  }

  report(uid: string): ClaimReport | undefined {
    return this.#runners.get(uid)?.report();
  }

  reports(): ClaimReport[] {
    return [...this.#runners.values()].flatMap((runner) => runner.report() ?? []);
  }

  entries(): ClaimEntry[] {
    return [...this.#runners.values()].flatMap(({ entry }) => entry ?? []);
  }

  /** Digests that installations wait for, those in `here` left out. */
  needs(here: ReadonlySet<string>): string[] {
    return [...new Set(this.entries().flatMap((entry) => neededBlobs(entry, here)))].sort();
  }

  /** uids of the claims that have a package which is meant, whatever has become of it. */
  holdersOf(isMeant: (order: SoftwareOrder) => boolean): string[] {
    return this.entries().flatMap(({ uid, software }) => (software.some(({ order }) => isMeant(order)) ? [uid] : []));
  }

  /** uids of the claims that have to do with a package. */
  withBlob(digest: string): string[] {
    const isOf = (entry: ClaimEntry): boolean => entry.software.some(({ order }) => order.digest === digest);
    return this.entries().flatMap((entry) => (isOf(entry) ? [entry.uid] : []));
  }
}
