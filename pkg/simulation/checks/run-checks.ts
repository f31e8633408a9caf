import type { EndCause, RunRecord, RunWitness } from "../process-table.ts";
import type { Trace } from "../trace.ts";
import type { Excuses } from "./excuses.ts";
import type { Violations } from "./violations.ts";

export interface RunChecksParts {
  readonly violations: Violations;
  readonly trace: Trace;
  readonly excuses: Excuses;
  /** Whether a phase of an application was released, as far as the store has ever said. */
  readonly wasReleased: (application: string, phase: string) => boolean;
  /** Phases that must be released before this one opens. */
  readonly before: (application: string, phase: string) => readonly string[];
  /** Components, as APPLICATION/COMPONENT, whose ordinals must never have two holders that run. */
  readonly fenced: ReadonlySet<string>;
  /** A machine stands still, or has gone on too short a time ago for its shims to have looked at their leases. */
  readonly isDazed: (machine: string) => boolean;
}

interface Running {
  readonly machine: string;
  readonly record: RunRecord;
}

/** Looks at what truly runs on machines, whatever anybody reports of it. */
export class RunChecks implements RunWitness {
  readonly #parts: RunChecksParts;
  /** By marker: every run has one of its own. */
  readonly #running = new Map<string, Running>();
  /** Runs of programs that are to run once. */
  readonly #ranOnce = new Map<string, string>();
  /** Starts by process and epoch. */
  readonly #starts = new Map<string, number>();
  /** PHASE UID-OF-CLAIM@EPOCH of which all is done. */
  readonly #done = new Set<string>();

  constructor(parts: RunChecksParts) {
    this.#parts = parts;
  }

  /** Whether a member's processes of a phase are done in truth. */
  isDone(phase: string, claimUid: string, epoch: number): boolean {
    return this.#done.has(`${phase} ${claimUid}@${epoch}`);
  }

  /** What runs of an application now. */
  runningOf(application: string): readonly Running[] {
    return [...this.#running.values()].filter(({ record }) => record.claim.application === application);
  }

  started(machine: string, record: RunRecord): void {
    this.#parts.trace.note(`started ${nameOf(record)} on ${machine}`);
    this.#checkOnce(machine, record);
    this.#checkHolders(machine, record);
    this.#checkPhases(record);
    this.#checkRestart(machine, record);
    this.#running.set(record.place.marker, { machine, record });
  }

  ready(machine: string, record: RunRecord): void {
    this.#parts.trace.note(`ready ${nameOf(record)} on ${machine}`);
    this.#noteDone(record);
  }

  ended(machine: string, record: RunRecord, cause: EndCause): void {
    this.#parts.trace.note(`ended ${nameOf(record)} on ${machine}: ${cause}`);
    this.#running.delete(record.place.marker);
    if (cause === "exit" && record.exit?.exitCode === 0) this.#noteDone(record);
    if (cause !== "agent" || this.#isFenced(record) || this.#isExcused(machine, record)) return;
    this.#parts.violations.report(
      "NothingRestarted",
      `${nameOf(record)} was stopped on ${machine}, to which nothing had happened`,
    );
  }

  awake(machine: string): void {
    if (this.#parts.isDazed(machine)) return;
    for (const { machine: place, record } of this.#running.values())
      if (place === machine && this.#isFenced(record)) this.#checkHolders(machine, record);
  }

  #isFenced(record: RunRecord): boolean {
    return this.#parts.fenced.has(componentOf(record));
  }

  #checkOnce(machine: string, record: RunRecord): void {
    const { order, claim } = record;
    // Which programs a member had begun the copy does not know, where it is older than they are.
    if (order.restartPolicy !== "Never" || this.#parts.excuses.wasForgotten(claim.application ?? "")) return;
    const key = `${claim.uid}@${order.epoch}/${order.uid}/${order.revision}`;
    const first = this.#ranOnce.get(key);
    if (first !== undefined)
      this.#parts.violations.report("AtMostOnce", `${nameOf(record)} began on ${machine} after it had on ${first}`);
    this.#ranOnce.set(key, machine);
  }

  #checkHolders(machine: string, record: RunRecord): void {
    const { violations } = this.#parts;
    const ordinal = ordinalOf(record);
    for (const other of this.#running.values()) {
      const isSameEpoch =
        other.record.claim.uid === record.claim.uid && other.record.claim.epoch === record.claim.epoch;
      const isSameRun = other.record.order.uid === record.order.uid && other.record.order.epoch === record.order.epoch;
      const isFenced =
        this.#isFenced(record) && ordinalOf(other.record) === ordinal && !this.#parts.isDazed(other.machine);
      if (other.record === record) continue;
      const isElsewhere = other.machine !== machine;
      if ((isElsewhere && (isSameEpoch || isFenced)) || isSameRun)
        violations.report(
          "OneHolder",
          `${nameOf(record)} runs on ${machine} while ${nameOf(other.record)} runs on ${other.machine}`,
        );
    }
  }

  #checkPhases({ claim: { application = "" }, order: { phase = "" } }: RunRecord): void {
    const { before, wasReleased, violations } = this.#parts;
    for (const earlier of before(application, phase)) {
      if (wasReleased(application, earlier)) continue;
      violations.report("BarrierHeld", `phase ${application}/${phase} runs, but ${earlier} was never released`);
    }
  }

  #checkRestart(machine: string, record: RunRecord): void {
    const key = `${record.order.uid}@${record.order.epoch}/${record.order.revision}`;
    const starts = (this.#starts.get(key) ?? 0) + 1;
    this.#starts.set(key, starts);
    // What ended for want of a lease begins anew with the next one.
    if (starts === 1 || this.#isFenced(record) || this.#isExcused(machine, record)) return;
    this.#parts.violations.report(
      "NothingRestarted",
      `${nameOf(record)} was started again on ${machine}, to which nothing had happened`,
    );
  }

  #noteDone({ claim, order }: RunRecord): void {
    this.#done.add(`${claim.application ?? ""}-${order.phase ?? ""} ${claim.uid}@${order.epoch}`);
  }

  #isExcused(machine: string, { claim }: RunRecord): boolean {
    return this.#parts.excuses.hasFor(machine, claim.application ?? "");
  }
}

function nameOf({ order, place }: RunRecord): string {
  return `${order.name}#${place.marker.slice(place.marker.indexOf("/") + 1)}`;
}

function componentOf({ claim }: RunRecord): string {
  return `${claim.application ?? ""}/${claim.component}`;
}

function ordinalOf(record: RunRecord): string {
  return `${componentOf(record)}/${record.claim.ordinal ?? record.claim.uid}`;
}
