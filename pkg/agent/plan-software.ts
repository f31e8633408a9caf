import type { SoftwareOrder } from "../protocol/index.ts";
import type { ClaimEntry, SoftwareEntry } from "./ledger/entry.ts";
import { backoffMs, earlier, isDue } from "./plan-backoff.ts";
import type { Action, ClaimObservation } from "./plan-input.ts";

/** Linux writes what was changed after 30 s, and looks for it every 5 s. */
const settleMs = 60_000;

export interface SoftwarePlan {
  readonly software: readonly SoftwareEntry[];
  readonly actions: readonly Action[];
  /** Everything ordered is installed. */
  readonly configured: boolean;
  readonly recheckAt?: number;
}

/**
 * Packages are installed one after the other in their order, each in a directory of its own; the link that processes
 * see is switched at the end of an installation. What is no longer ordered goes when no run that may use it is left.
 */
export function planSoftware(entry: ClaimEntry, seen: ClaimObservation, now: number, jitter: number): SoftwarePlan {
  const known = entry.software.map((software) => settle(foldInstall(software, seen, now, jitter), seen.boot, now));
  const { wanted, others } = sort(known, entry.order.software);
  const missing = wanted.find((software) => software.state !== "Installed");
  if (missing !== undefined) {
    const next = planInstall(missing, seen, now);
    return { software: [...wanted, ...others], configured: false, ...next };
  }
  const superseded = others.map((software) => ({ ...software, supersededAt: software.supersededAt ?? now }));
  const rest = planDiscards(superseded, entry, seen);
  const settleAt = Math.min(
    ...wanted.map(({ unsettled }) => (unsettled?.since ?? Number.POSITIVE_INFINITY) + settleMs + 1),
  );
  return {
    software: [...wanted, ...rest.kept],
    actions: rest.actions,
    configured: true,
    ...(Number.isFinite(settleAt) && { recheckAt: settleAt }),
  };
}

/** Digests of what is ordered, not installed and not in the cache. */
export function neededBlobs(entry: ClaimEntry, blobs: ReadonlySet<string>): string[] {
  if (entry.order.intent !== "Run" || entry.successor !== undefined || entry.removal !== undefined) return [];
  return entry.software.flatMap(({ state, order, supersededAt }) =>
    state !== "Installed" && supersededAt === undefined && order.digest !== undefined && !blobs.has(order.digest)
      ? [order.digest]
      : [],
  );
}

/** What decides the outcome of an installation; the time it may take does not. */
export function fingerprint(order: SoftwareOrder): string {
  const { digest, format, fileName, strip, install, check, scope } = order;
  return JSON.stringify([digest, format, fileName, strip, install, check, ...(scope === undefined ? [] : [scope])]);
}

function foldInstall(software: SoftwareEntry, seen: ClaimObservation, now: number, jitter: number): SoftwareEntry {
  const task = seen.installs.get(software.directory);
  if (task?.state !== "done" || task.attempt !== software.attempts + 1) return software;
  const { name, fingerprint: print, directory, order } = software;
  const base = { name, fingerprint: print, directory, order, attempts: task.attempt };
  if (task.outcome.ok) return { ...base, state: "Installed", unsettled: { boot: seen.boot, since: now } };
  const { reason, message, output } = task.outcome;
  const nextAttemptAt = now + backoffMs(task.attempt, jitter);
  return { ...base, state: "Failed", reason, message, ...(output !== undefined && { output }), nextAttemptAt };
}

/** Judges by what a crash of the host may have done to an installation. */
function settle(software: SoftwareEntry, boot: string, now: number): SoftwareEntry {
  const { unsettled, ...rest } = software;
  if (unsettled === undefined || software.state !== "Installed") return software;
  if (unsettled.boot !== boot) return { ...rest, state: "Pending" };
  return now - unsettled.since > settleMs ? rest : software;
}

function sort(known: readonly SoftwareEntry[], orders: readonly SoftwareOrder[]) {
  const wanted: SoftwareEntry[] = [];
  const others = [...known];
  for (const order of orders) {
    const print = fingerprint(order);
    const index = others.findIndex(
      ({ name, fingerprint: own, supersededAt }) => name === order.name && own === print && supersededAt === undefined,
    );
    const [found] = index < 0 ? [] : others.splice(index, 1);
    const directory = found?.directory ?? freeDirectory(order, [...wanted, ...others]);
    wanted.push(
      found === undefined
        ? { name: order.name, fingerprint: print, directory, order, state: "Pending", attempts: 0 }
        : { ...found, order },
    );
  }
  return { wanted, others };
}

function freeDirectory(order: SoftwareOrder, taken: readonly SoftwareEntry[]): string {
  const base = `${order.name}@${(order.digest ?? "none").replace(/^sha256:/, "").slice(0, 16)}`;
  const isTaken = (name: string): boolean => taken.some(({ directory }) => directory === name);
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}.${count}`;
    if (!isTaken(name)) return name;
  }
}

function planInstall(software: SoftwareEntry, seen: ClaimObservation, now: number) {
  const { order, directory, attempts, nextAttemptAt } = software;
  if (seen.installs.get(directory)?.state === "busy") return { actions: [] };
  if (order.digest !== undefined && !seen.blobs.has(order.digest)) return { actions: [] };
  if (!isDue(nextAttemptAt, now)) {
    const recheckAt = earlier(nextAttemptAt, undefined);
    return { actions: [], ...(recheckAt !== undefined && { recheckAt }) };
  }
  return { actions: [{ kind: "install", directory, attempt: attempts + 1 } as const] };
}

function planDiscards(superseded: readonly SoftwareEntry[], entry: ClaimEntry, seen: ClaimObservation) {
  const oldestRun = Math.min(
    ...Object.values(entry.processes).map(({ run }) =>
      run !== undefined && run.end === undefined ? run.begunAt : Number.POSITIVE_INFINITY,
    ),
  );
  const kept = superseded.filter(({ directory }) => seen.discards.get(directory)?.state !== "done");
  const actions = kept
    .filter(({ directory, supersededAt }) => !seen.discards.has(directory) && oldestRun > (supersededAt ?? 0))
    .map(({ directory }): Action => ({ kind: "discard", directory, attempt: 1 }));
  return { kept, actions };
}
