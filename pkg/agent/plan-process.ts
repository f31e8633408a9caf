/**
 * One process of a claim. Every process is in exactly one of these buckets:
 *
 *   wanted, nothing begun            → begin run 1
 *   wanted, run open                 → leave it; stop it where it became unhealthy or another revision is ordered
 *   wanted, run ended                → by restart policy: done, restart (now or after a backoff), given up
 *   not wanted (Stop, Remove)        → stop what runs, sweep what it left behind
 *   wanted, its lease not held       → its shim ends it; nothing is begun
 *   not named by the claim's order   → leave it while it runs; forget it once it has ended
 */
import type { ProcessOrder } from "../protocol/index.ts";
import type { ProcessEntry, Run, RunEnd } from "./ledger/entry.ts";
import type { Action, Health, Rejection, Renewal, RunObservation, StopObservation } from "./plan-input.ts";
import { forgetItem, overtime } from "./plan-item.ts";
import type { LeaseState } from "./plan-lease.ts";
import { planRestart } from "./plan-restart.ts";

export interface ProcessInput {
  readonly uid: string;
  readonly entry: ProcessEntry | undefined;
  /** Undefined: the claim's order does not name it. */
  readonly order: ProcessOrder | undefined;
  /** False where the claim as a whole is to stop or to go. */
  readonly claimRuns: boolean;
  /** Undefined: it needs none. */
  readonly lease: LeaseState | undefined;
  /** All software is installed. */
  readonly configured: boolean;
  /** Its ports are chosen. */
  readonly portsChosen: boolean;
  readonly run: RunObservation | undefined;
  readonly stop: StopObservation | undefined;
  readonly health: Health | undefined;
  readonly rejection: Rejection | undefined;
  readonly renewal: Renewal | undefined;
  readonly boot: string;
  readonly now: number;
  readonly jitter: number;
}

export interface ProcessPlan {
  readonly entry: ProcessEntry | undefined;
  readonly actions: readonly Action[];
  readonly recheckAt?: number;
}

export function planProcess(input: ProcessInput): ProcessPlan {
  const entry = fold(input);
  const run = entry?.run;
  const isOpen = run !== undefined && run.end === undefined;
  if (!input.claimRuns || input.order?.intent === "Stop") return planStopped(input, entry);
  if (input.lease !== undefined && input.lease !== "held") return planLapsed(input, entry, input.lease);
  if (input.order === undefined) return planUnnamed(input, entry);
  if (entry === undefined || run === undefined) return begin(input, fresh(input.order));
  if (run.revision !== input.order.revision || run.epoch !== input.order.epoch)
    return replace(input, entry, input.order);
  return isOpen
    ? planOpen(input, { ...entry, order: input.order })
    : planEnded(input, { ...entry, order: input.order });
}

/** It is left to its end, an item to the end of its time; then it is forgotten. */
function planUnnamed(input: ProcessInput, entry: ProcessEntry | undefined): ProcessPlan {
  if (entry?.run === undefined || entry.run.end !== undefined)
    return { entry: undefined, actions: forgetItem(input.uid, entry) };
  return entry.order.item === undefined ? { entry, actions: [] } : planOpen(input, entry);
}

/** Puts what was observed of the last run into the entry. */
function fold({ entry, run: seen, stop, health }: ProcessInput): ProcessEntry | undefined {
  if (entry?.run === undefined) return entry;
  let run: Run = entry.run;
  if (run.end === undefined && seen?.number === run.number && seen.state === "ended") run = { ...run, end: seen.end };
  if (health?.number === run.number && run.end === undefined) run = noteHealth(run, health);
  const isStopped = stop?.number === run.number && stop.state === "stopped";
  if (!run.swept && run.end !== undefined && (isStopped || run.end.kind === "void")) run = { ...run, swept: true };
  return run === entry.run ? entry : { ...entry, run };
}

function noteHealth(run: Run, { started, ready }: Health): Run {
  const isNew = (started && !run.wasStarted) || (ready && !run.wasReady);
  return isNew ? { ...run, ...(started && { wasStarted: true }), ...(ready && { wasReady: true }) } : run;
}

function planStopped(input: ProcessInput, entry: ProcessEntry | undefined): ProcessPlan {
  const order = input.order ?? entry?.order;
  if (entry === undefined || order === undefined) return { entry: undefined, actions: [] };
  const { nextStartAt: _waiting, failure: _failure, ...kept } = entry;
  const halted: ProcessEntry = { ...kept, halted: true };
  if (entry.run === undefined) return { entry: { ...halted, order }, actions: [] };
  // A run is stopped by the rules under which it runs, so its own order stays until it has ended.
  return stopRun(input, halted, entry.run, "ordered to stop");
}

/**
 * Its lease runs out: its shim, which knows as much, tells it to end, and ends it. Where the shim is gone, or looks after
 * no lease yet, the agent does it. With the next lease it begins anew, and nothing counts against it.
 */
function planLapsed(input: ProcessInput, entry: ProcessEntry | undefined, lease: LeaseState): ProcessPlan {
  const run = entry?.run;
  if (entry === undefined || run === undefined) return { entry, actions: [] };
  if (run.end !== undefined && (entry.failure !== undefined || isDone(entry.order, run, run.end)))
    return { entry, actions: [] };
  const { nextStartAt: _waiting, ...kept } = entry;
  const plan = stopRun(input, { ...kept, halted: true }, run, "its lease ran out");
  if (run.end !== undefined || !run.leased) return plan;
  if (lease === "lapsed") return { entry: plan.entry, actions: [] };
  return { ...plan, actions: plan.actions.map((action) => ({ ...action, now: true as const })) };
}

/** Stops a run and sweeps what it left behind; nothing once both are done. */
function stopRun(input: ProcessInput, entry: ProcessEntry, run: Run, why: string): ProcessPlan {
  if (run.end !== undefined && run.swept) return { entry, actions: [] };
  const marked = run.end === undefined && run.stopReason === undefined ? { ...run, stopReason: why } : run;
  const isBusy = input.stop?.number === run.number && input.stop.state === "stopping";
  return {
    entry: marked === run ? entry : { ...entry, run: marked },
    actions: isBusy ? [] : [{ kind: "stop", process: input.uid, number: run.number, why }],
  };
}

/** Another revision or epoch is ordered: what runs goes on until everything is there to start the new one. */
function replace(input: ProcessInput, entry: ProcessEntry, order: ProcessOrder): ProcessPlan {
  if (!input.configured) return { entry, actions: [] };
  if (entry.run !== undefined && !isGone(entry.run))
    return stopRun(input, entry, entry.run, "another revision is ordered");
  return begin(input, { ...fresh(order), runs: entry.runs });
}

function planOpen(input: ProcessInput, entry: ProcessEntry): ProcessPlan {
  const { run } = entry;
  if (run === undefined) return { entry, actions: [] };
  if (run.stopReason !== undefined) return stopRun(input, entry, run, run.stopReason);
  if ((run.leased === true) !== (input.lease !== undefined)) {
    const why = input.lease === undefined ? "it needs no lease any more" : "it needs a lease now";
    return stopRun(input, entry, { ...run, renewed: true }, why);
  }
  if (input.rejection?.number === run.number) {
    const { message } = input.rejection;
    return stopRun(input, { ...entry, failure: { reason: "LateForBarrier", message } }, run, message);
  }
  if (input.renewal?.number === run.number) {
    return stopRun(input, entry, { ...run, renewed: true }, input.renewal.why);
  }
  const time = overtime(entry.order, run, input.now);
  if (time !== undefined && "failure" in time)
    return stopRun(input, { ...entry, failure: time.failure }, run, time.failure.message);
  const isUnhealthy = input.health?.number === run.number && !input.health.alive;
  if (isUnhealthy) return stopRun(input, entry, run, input.health.reason ?? "LivenessFailed");
  return { entry, actions: [], ...(time !== undefined && { recheckAt: time.endsAt }) };
}

function planEnded(input: ProcessInput, given: ProcessEntry): ProcessPlan {
  const entry = isPardoned(given) ? withoutFailure(given) : given;
  const { run } = entry;
  if (run?.end === undefined || entry.failure !== undefined) return { entry, actions: [] };
  if (run.end.kind === "void") return begin(input, entry);
  if (isDone(entry.order, run, run.end)) return { entry, actions: [] };
  // No failure: it begins anew at once, and nothing counts against it.
  if (run.renewed) return cleanThen(input, entry, run, () => begin(input, entry));
  if (entry.halted)
    return cleanThen(input, entry, run, () => begin(input, { ...fresh(entry.order), runs: entry.runs }));
  const restart = planRestart({ entry, run, end: run.end, now: input.now, jitter: input.jitter });
  if (restart.kind === "giveUp") return { entry: { ...entry, failure: restart.failure }, actions: [] };
  if (restart.kind === "wait") return { entry: restart.entry, actions: [], recheckAt: restart.at };
  return cleanThen(input, restart.entry, run, () => begin(input, restart.entry));
}

const exhaustions: ReadonlySet<string> = new Set(["RestartsExhausted", "CommandNotFound", "CommandNotExecutable"]);

/** It was given up when its restarts were used up, and by its order of now they never are. */
function isPardoned({ failure, order, run }: ProcessEntry): boolean {
  if (failure === undefined || order.maxRestarts !== undefined || order.restartPolicy === "Never") return false;
  return exhaustions.has(failure.reason) && run?.end?.kind !== "refused";
}

function withoutFailure({ failure: _over, ...kept }: ProcessEntry): ProcessEntry {
  return kept;
}

/** Never: whatever came of it. OnFailure: it ended well by itself. A refusal that no retry can heal is no end of this kind. */
export function isDone(order: ProcessOrder, run: Run, end: RunEnd): boolean {
  if (end.kind === "refused") return false;
  if (order.restartPolicy === "Never") return end.kind !== "void";
  if (order.restartPolicy === "OnFailure")
    return end.kind === "exited" && end.exitCode === 0 && run.stopReason === undefined;
  return false;
}

/** What a run left behind may hold its ports and files; it goes before the next run begins. */
function cleanThen(input: ProcessInput, entry: ProcessEntry, run: Run, next: () => ProcessPlan): ProcessPlan {
  return isGone(run) ? next() : stopRun(input, entry, run, "a new run is due");
}

function isGone(run: Run): boolean {
  return run.end !== undefined && (run.swept === true || run.end.kind === "refused");
}

function begin(input: ProcessInput, entry: ProcessEntry): ProcessPlan {
  if (!input.configured) return { entry, actions: [] };
  if (!input.portsChosen) return { entry, actions: [{ kind: "choosePorts", process: input.uid }] };
  const { nextStartAt: _due, halted: _halted, failure: _failure, ...kept } = entry;
  const number = entry.runs + 1;
  const { revision, epoch } = entry.order;
  return {
    entry: {
      ...kept,
      runs: number,
      run: {
        number,
        revision,
        epoch,
        boot: input.boot,
        begunAt: input.now,
        ...(input.lease !== undefined && { leased: true }),
      },
    },
    actions: [{ kind: "start", process: input.uid, number }],
  };
}

function fresh(order: ProcessOrder): ProcessEntry {
  return { order, runs: 0, restarts: 0, streak: 0, restartTimes: [] };
}
