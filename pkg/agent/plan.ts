/**
 * The agent's policy for one claim, as a total function of what is durable (the entry, which holds the orders), what is
 * seen, and the time. Absence is never an order: nothing here stops because something was not named or not seen.
 */
import type { ProcessOrder } from "../protocol/index.ts";
import type { ClaimEntry, ProcessEntry, Removal } from "./ledger/entry.ts";
import { backoffMs, earlier, isDue } from "./plan-backoff.ts";
import type { Action, ClaimInput, ClaimObservation, ClaimPlan } from "./plan-input.ts";
import { ItemSlots } from "./plan-item.ts";
import { isRemoved, succeed } from "./plan-order.ts";
import { type ProcessPlan, planProcess } from "./plan-process.ts";
import { planSoftware } from "./plan-software.ts";
import { withTidying } from "./plan-tidy.ts";

export function planClaim(input: ClaimInput): ClaimPlan {
  const { entry } = input;
  if (isRemoved(entry)) {
    // The successor is planned at the next look, once its fresh entry is durable.
    const next = entry.successor === undefined ? entry : succeed(entry, entry.successor);
    return { entry: next, actions: [] };
  }
  const isGoing = entry.order.intent === "Remove" || entry.successor !== undefined || entry.removal !== undefined;
  return isGoing ? planRemoval(input) : planLife(input);
}

/** Whether processes of the claim run only under a lease. */
export function isFenced(entry: ClaimEntry): boolean {
  return entry.order.fencing !== undefined;
}

/** Whether processes of the claim are to run. */
function runs(entry: ClaimEntry): boolean {
  return entry.order.intent === "Run";
}

function planLife(input: ClaimInput): ClaimPlan {
  const { observation, now, jitter } = input;
  const withPorts = foldPorts(input.entry, observation);
  const installed = runs(withPorts) ? planSoftware(withPorts, observation, now, jitter) : undefined;
  const entry: ClaimEntry = installed === undefined ? withPorts : { ...withPorts, software: installed.software };
  const planned = planProcesses(input, entry, installed?.configured ?? false);
  const { changesInMs } = observation.lease;
  const leaseAt = isFenced(entry) && changesInMs !== undefined ? now + changesInMs : undefined;
  const recheckAt = earlier(earlier(installed?.recheckAt, planned.recheckAt), leaseAt);
  return {
    entry: settle(input.entry, { ...entry, processes: planned.processes }),
    actions: [...(installed?.actions ?? []), ...planned.actions],
    ...(recheckAt !== undefined && { recheckAt }),
  };
}

function planRemoval(input: ClaimInput): ClaimPlan {
  const { observation, now, jitter } = input;
  const removal = input.entry.removal ?? { stopped: runningNames(input.entry), attempts: 0 };
  const entry: ClaimEntry = { ...input.entry, removal };
  const planned = planProcesses(input, entry, false);
  const going: ClaimEntry = { ...entry, processes: planned.processes };
  const isQuiet = Object.values(going.processes).every(isGone);
  if (!isQuiet) return { entry: settle(input.entry, going), actions: planned.actions };
  const { cleaning } = observation;
  if (cleaning?.state === "busy") return { entry: settle(input.entry, going), actions: [] };
  if (cleaning?.state === "done" && cleaning.attempt === removal.attempts + 1)
    return afterCleaning(going, removal, cleaning.outcome, now, jitter);
  if (!isDue(removal.nextAttemptAt, now)) {
    const at = removal.nextAttemptAt;
    return { entry: settle(input.entry, going), actions: [], ...(at !== undefined && { recheckAt: at }) };
  }
  const clean: Action = { kind: "clean", attempt: removal.attempts + 1 };
  return { entry: settle(input.entry, going), actions: [clean] };
}

type Outcome = Extract<NonNullable<ClaimObservation["cleaning"]>, { state: "done" }>["outcome"];

function afterCleaning(entry: ClaimEntry, removal: Removal, outcome: Outcome, now: number, jitter: number): ClaimPlan {
  const attempts = removal.attempts + 1;
  if (!outcome.complete) {
    const nextAttemptAt = now + backoffMs(attempts, jitter);
    const retry: ClaimEntry = { ...entry, removal: { ...removal, attempts, nextAttemptAt } };
    return { entry: retry, actions: [], recheckAt: nextAttemptAt };
  }
  const { at, removed, kept, failures } = outcome;
  const receipt = { epoch: entry.epoch, at, stopped: removal.stopped, removed, kept, failures };
  const gone: ClaimEntry = { ...entry, software: [], processes: {}, ports: {}, receipt };
  return { entry: gone, actions: [] };
}

interface ProcessesPlan {
  readonly processes: Readonly<Record<string, ProcessEntry>>;
  readonly actions: readonly Action[];
  readonly recheckAt?: number;
}

function planProcesses(input: ClaimInput, entry: ClaimEntry, configured: boolean): ProcessesPlan {
  const orders = new Map(entry.order.processes.map((order) => [order.uid, order]));
  const uids = new Set([...Object.keys(entry.processes), ...orders.keys()]);
  const claimRuns = entry.removal === undefined && runs(entry);
  const processes: Record<string, ProcessEntry> = {};
  const actions: Action[] = [];
  const slots = new ItemSlots(entry.processes);
  let recheckAt: number | undefined;
  for (const uid of uids) {
    const order = orders.get(uid);
    const planned: ProcessPlan = planProcess({
      uid,
      entry: entry.processes[uid],
      order,
      claimRuns,
      lease: isFenced(entry) ? input.observation.lease.state : undefined,
      configured: configured && mayBegin(entry.processes[uid], order, slots),
      portsChosen: hasPorts(entry, uid),
      run: input.observation.runs.get(uid),
      stop: input.observation.stops.get(uid),
      health: input.observation.health.get(uid),
      renewal: input.observation.renewals.get(uid),
      rejection: input.observation.rejections.get(uid),
      boot: input.observation.boot,
      now: input.now,
      jitter: input.jitter,
    });
    const tidying = input.observation.tidies.get(uid);
    const plan = withTidying({ uid, order, claimRuns, tidying }, planned);
    if (plan.entry !== undefined) processes[uid] = plan.entry;
    if (order !== undefined && plan.actions.some(({ kind }) => kind === "start")) slots.take(order);
    actions.push(...plan.actions);
    recheckAt = earlier(recheckAt, plan.recheckAt);
  }
  return { processes, actions, ...(recheckAt !== undefined && { recheckAt }) };
}

/** An item that has not begun waits for a place; whatever runs has one. */
function mayBegin(entry: ProcessEntry | undefined, order: ProcessOrder | undefined, slots: ItemSlots): boolean {
  const isOpen = entry?.run !== undefined && entry.run.end === undefined;
  return order === undefined || isOpen || slots.isFree(order);
}

function hasPorts(entry: ClaimEntry, uid: string): boolean {
  const ordered = entry.order.processes.find((process) => process.uid === uid)?.ports ?? [];
  const chosen = entry.ports[uid] ?? {};
  return ordered.every(({ name, port }) => port !== 0 || chosen[name] !== undefined);
}

function foldPorts(entry: ClaimEntry, observation: ClaimObservation): ClaimEntry {
  let ports = entry.ports;
  for (const [uid, chosen] of observation.ports) {
    const missing = Object.entries(chosen).filter(([name]) => ports[uid]?.[name] === undefined);
    if (missing.length > 0) ports = { ...ports, [uid]: { ...Object.fromEntries(missing), ...ports[uid] } };
  }
  return ports === entry.ports ? entry : { ...entry, ports };
}

function isGone(process: ProcessEntry): boolean {
  const { run } = process;
  return run === undefined || (run.end !== undefined && (run.swept === true || run.end.kind === "refused"));
}

function runningNames(entry: ClaimEntry): string[] {
  return Object.values(entry.processes)
    .filter(({ run }) => run !== undefined && run.end === undefined)
    .map(({ order }) => order.name);
}

/** The old entry itself where nothing changed, so that nothing is written. */
function settle(before: ClaimEntry, after: ClaimEntry): ClaimEntry {
  return textOf(before, after) === textOf(after, before) ? before : after;
}

/** All but an order that the other has too, the very same: it holds all peers, and a plan leaves it as it is. */
function textOf(entry: ClaimEntry, other: ClaimEntry): string {
  const { order, successor, ...rest } = entry;
  return JSON.stringify([rest, order === other.order || order, successor === other.successor || successor]);
}
