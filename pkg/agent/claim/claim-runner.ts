import { sleep } from "../../clock/index.ts";
import type { ClaimOrder, ClaimReport, EarlyAnswer } from "../../protocol/index.ts";
import type { ClaimEntry } from "../ledger/entry.ts";
import { runName } from "../ledger/entry.ts";
import { isFenced, planClaim } from "../plan.ts";
import type { Action, RunObservation } from "../plan-input.ts";
import { acknowledgeReceipt, differInNewsOnly, isOrphan, isRemoved, receiveOrder } from "../plan-order.ts";
import { claimReport } from "../report/claim-report.ts";
import type { ClaimContext, Tasks } from "./claim-context.ts";
import { ClaimFacts } from "./facts.ts";

/** Wait before an entry that could not be written is tried again. */
const saveRetryMs = 1000;
const removalPollMs = 20;
const holdPollMs = 5;

/**
 * Brings one claim to what is ordered: observe, plan, make the entry durable, act; one after the other. Anything that
 * may change the answer (an order, an exit, a finished task, time) only wakes it.
 */
export class ClaimRunner {
  readonly uid: string;
  readonly #context: ClaimContext;
  readonly #facts = new ClaimFacts();
  readonly #tasks: Tasks;
  #entry: ClaimEntry | undefined;
  /** What is on disk. */
  #saved: ClaimEntry | undefined;
  /** Changes that came from outside; made between two plans, so that a plan is always about what is on disk or newer. */
  readonly #inbox: ((entry: ClaimEntry | undefined) => ClaimEntry | undefined)[] = [];
  #orphan = true;
  #isAwake = false;
  #isRunning = false;
  #isHeld = false;
  #cancelTimer: (() => void) | undefined;
  #saveFailure: string | undefined;

  constructor(uid: string, entry: ClaimEntry | undefined, context: ClaimContext) {
    this.uid = uid;
    this.#context = context;
    this.#entry = entry;
    this.#saved = entry;
    this.#tasks = context.makeTasks({ facts: this.#facts, uid, wake: () => this.wake() });
  }

  /** As it is on disk. */
  get entry(): ClaimEntry | undefined {
    return this.#saved;
  }

  /** Follows what an earlier agent left running; resolves when it is known how it goes. */
  async adopt(): Promise<void> {
    const open = Object.entries(this.#entry?.processes ?? {}).flatMap(([process, { run }]) =>
      run !== undefined && run.end === undefined ? [this.#tasks.place(process, run)] : [],
    );
    await Promise.all(open.map((place) => this.#context.monitor.adopt(place)));
  }

  /** Takes the claim's order in the latest document; undefined where it is not named. */
  accept(order: ClaimOrder | undefined): void {
    this.#inbox.push((entry) => {
      const next = receiveOrder(entry, order);
      this.#orphan = next === undefined || isOrphan(next, order);
      return next;
    });
    this.wake();
  }

  /**
   * Tells a process what the next document will. Where the claim stands otherwise than that document's (another epoch, no
   * running wanted, a takeover under way) the process waits for it.
   */
  answer({ claimUid: _own, epoch, ...answer }: EarlyAnswer): void {
    if (this.#entry?.epoch !== epoch || this.#entry.order.intent !== "Run" || this.#isHeld) return;
    this.#tasks.answer(answer);
  }

  /** Takes the claim off the machine because the agent itself goes; resolves when it is gone. */
  async remove(): Promise<void> {
    this.#inbox.push((entry) => entry && { ...entry, order: { ...entry.order, intent: "Remove" } });
    this.wake();
    const { clock } = this.#context.ports;
    while (this.#entry !== undefined && !isRemoved(this.#entry)) await sleep(clock, removalPollMs);
  }

  /** The server has stored the receipt. */
  acknowledge(): void {
    this.#inbox.push((entry) => entry && acknowledgeReceipt(entry, this.#orphan));
    this.wake();
  }

  /** Stops looking after the claim until it is let go; resolves to whether no command runs for it. */
  async hold(): Promise<boolean> {
    this.#isHeld = true;
    while (this.#isRunning) await sleep(this.#context.ports.clock, holdPollMs);
    return !this.#facts.isBusy;
  }

  letGo(): void {
    this.#isHeld = false;
    this.wake();
  }

  /** Ends timers and watchers. */
  close(): void {
    this.#cancelTimer?.();
    this.#tasks.close();
  }

  /** Nothing is here, on disk or to come. */
  get isForgotten(): boolean {
    return this.#entry === undefined && this.#saved === undefined && this.#inbox.length === 0;
  }

  /** Makes the runner look again soon; calls that come together lead to one look. */
  wake(): void {
    this.#isAwake = true;
    if (this.#isRunning || this.#isHeld || this.#context.closing.aborted) return;
    this.#isRunning = true;
    this.#context.ports.clock.defer(() => {
      this.#run().catch((error: unknown) => {
        this.#context.ports.log.error({ claim: this.uid, error: String(error) }, "claim could not be planned");
      });
    });
  }

  /** Undefined where nothing is to be said of it any more. */
  report(): ClaimReport | undefined {
    // What is not on disk has not happened; but that it cannot be written is told.
    const entry = this.#saved ?? (this.#saveFailure === undefined ? undefined : this.#entry);
    if (entry === undefined || entry.acknowledged) return undefined;
    return claimReport({
      entry,
      facts: this.#facts,
      orphan: this.#orphan,
      runs: this.#observeRuns(entry),
      workingDirectory: this.#context.workingDirectory(this.uid),
      barriers: (process, run) => this.#tasks.barriers(process, run),
      monitors: this.#tasks.monitors(),
      transfer: (digest) => this.#context.blobs.transfer(digest),
      isLeaseMissing: isFenced(entry) && this.#context.leases.see(this.uid, entry.epoch).state !== "held",
      ...(this.#saveFailure !== undefined && { storageFailure: this.#saveFailure }),
    });
  }

  async #run(): Promise<void> {
    try {
      while (this.#isAwake && !this.#isHeld && !this.#context.closing.aborted) {
        this.#isAwake = false;
        await this.#step();
      }
    } finally {
      this.#isRunning = false;
    }
    this.#context.changed(this.uid);
  }

  async #step(): Promise<void> {
    this.#cancelTimer?.();
    for (const change of this.#inbox.splice(0)) this.#entry = change(this.#entry);
    const before = this.#entry;
    if (before === undefined) {
      this.#context.leases.want(this.uid, undefined);
      return void (await this.#save());
    }
    // A removal that is over tells nothing of the next one: under a later epoch there is something to remove again.
    if (before.removal === undefined) this.#facts.cleaning = undefined;
    const { boot, blobs, leases, ports } = this.#context;
    const { clock, random } = ports;
    const lease = leases.see(this.uid, before.epoch);
    const plan = planClaim({
      entry: before,
      observation: this.#facts.observe({ boot, runs: this.#observeRuns(before), blobs: blobs.complete, lease }),
      now: clock.now(),
      jitter: random(),
    });
    this.#entry = plan.entry;
    if (!(await this.#save())) {
      // What was planned counts as never thought of, and nothing is begun that is not on disk. Ending things needs no
      // memory of it; on a full disk it is what helps.
      this.#entry = before;
      for (const action of plan.actions) if (isEnding(action)) this.#tasks.perform(action, plan.entry);
      return;
    }
    for (const action of plan.actions) this.#tasks.perform(action, plan.entry);
    this.#tasks.follow(plan.entry);
    leases.want(this.uid, leasedEpoch(plan.entry));
    if (plan.entry !== before) this.wake();
    if (plan.recheckAt !== undefined) this.#setTimer(plan.recheckAt - clock.now());
  }

  /** Returns whether the entry is on disk. */
  async #save(): Promise<boolean> {
    const entry = this.#entry;
    if (entry === this.#saved) return true;
    if (isSameButNews(entry, this.#saved)) {
      this.#saved = entry;
      return true;
    }
    try {
      if (entry === undefined) await this.#context.ledger.remove(this.uid);
      else await this.#context.ledger.save(entry);
      this.#saved = entry;
      this.#saveFailure = undefined;
      return true;
    } catch (error) {
      this.#saveFailure = error instanceof Error ? error.message : String(error);
      this.#context.changed(this.uid);
      this.#context.ports.log.warn({ claim: this.uid, error: this.#saveFailure }, "ledger could not be written");
      this.#setTimer(saveRetryMs);
      return false;
    }
  }

  #observeRuns(entry: ClaimEntry): Map<string, RunObservation> {
    const runs = new Map<string, RunObservation>();
    for (const [process, { run }] of Object.entries(entry.processes)) {
      const seen = run && this.#context.monitor.observe(`${process}/${runName(run)}`);
      if (seen !== undefined) runs.set(process, seen);
    }
    return runs;
  }

  #setTimer(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#context.ports.clock.setTimer(delayMs, () => this.wake());
  }
}

function isSameButNews(left: ClaimEntry | undefined, right: ClaimEntry | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  const { order: leftOrder, ...leftRest } = left;
  const { order: rightOrder, ...rightRest } = right;
  return JSON.stringify(leftRest) === JSON.stringify(rightRest) && differInNewsOnly([leftOrder], [rightOrder]);
}

/** Undefined where it needs no lease. What is ordered to stop keeps its lease until it has stopped, as long as it holds. */
function leasedEpoch(entry: ClaimEntry | undefined): number | undefined {
  if (entry === undefined || isRemoved(entry)) return undefined;
  const isStopping = Object.values(entry.processes).some(({ run }) => run?.leased && run.swept !== true);
  return isFenced(entry) || isStopping ? entry.epoch : undefined;
}

function isEnding({ kind }: Action): boolean {
  return kind === "stop" || kind === "clean" || kind === "discard";
}
