import type { Barrier, Claim, Phase, Process, Resource } from "../api/index.ts";
import { kinds } from "../api/index.ts";
import { parseTimestamp } from "../clock/index.ts";
import type { ControllerManager } from "../controller/index.ts";
import type { Metrics } from "../metrics/index.ts";

const causes = [
  "HostLost",
  "ResourceGone",
  "InstallFailed",
  "CrashLoop",
  "ProcessFailed",
  "Pressure",
  "Draining",
  "Preempted",
] as const;
const rules = ["all", "count", "percent", "knee", "timeout"] as const;
const endings = ["Exited", "Failed", "Lost"] as const;

type Seen = Pick<ControllerManager, "onChange">;

/**
 * Counts what becomes of objects, change by change, as caches see it: what happened before this server's start is not in
 * it. Whoever writes such a change need not know of metrics.
 */
export function measureTransitions(metrics: Metrics, seen: Seen): void {
  measureReplacements(metrics, seen);
  measureReleases(metrics, seen);
  measureMachines(metrics, seen);
  measureProcesses(metrics, seen);
}

function measureReplacements(metrics: Metrics, seen: Seen): void {
  const replacements = metrics.counter<"cause">({
    name: "plush_replacements_total",
    help: "Members that were moved to another machine, by why.",
    labels: ["cause"],
  });
  for (const cause of [...causes, "other"]) replacements.inc({ cause }, 0);
  seen.onChange(kinds.Claim, (before, after) => {
    const last = after.status?.replacements?.at(-1);
    if (last === undefined || epochOf(last) <= epochOf(before.status?.replacements?.at(-1))) return;
    replacements.inc({ cause: oneOf(causes, last.reason) });
  });
}

type Replacement = NonNullable<NonNullable<Claim["status"]>["replacements"]>[number];

function epochOf(replacement: Replacement | undefined): number {
  return replacement === undefined ? -1 : (replacement.epoch ?? 0);
}

function measureReleases(metrics: Metrics, seen: Seen): void {
  const labels = ["kind", "rule"] as const;
  const releases = metrics.counter<"kind" | "rule">({
    name: "plush_barrier_releases_total",
    help: "Barriers of phases, and rounds of Barriers, that were released, by what released them.",
    labels,
  });
  const waits = metrics.histogram<"kind">({
    name: "plush_barrier_wait_seconds",
    help: "From the opening of a barrier to its release.",
    labels: ["kind"],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800],
  });
  const count = (kind: string) => (before: Phase | Barrier, after: Phase | Barrier) => {
    const release = after.status?.release;
    const former = before.status?.release;
    if (release === undefined || (release.at === former?.at && release.round === former.round)) return;
    releases.inc({ kind, rule: oneOf(rules, release.rule) });
    const openedAt = parseTimestamp(after.status?.openedAt ?? before.status?.openedAt ?? "");
    const at = parseTimestamp(release.at);
    if (openedAt !== undefined && at !== undefined) waits.observe({ kind }, Math.max(0, at - openedAt) / 1000);
  };
  for (const kind of [kinds.Phase, kinds.Barrier]) {
    for (const rule of [...rules, "other"]) releases.inc({ kind: kind.kind, rule }, 0);
    waits.zero({ kind: kind.kind });
  }
  seen.onChange(kinds.Phase, count(kinds.Phase.kind));
  seen.onChange(kinds.Barrier, count(kinds.Barrier.kind));
}

function measureMachines(metrics: Metrics, seen: Seen): void {
  const quarantines = metrics.counter({
    name: "plush_quarantines_total",
    help: "Quarantines that began, or were made longer by another strike.",
  });
  const brakes = metrics.counter({
    name: "plush_pool_brakes_total",
    help: "Brakes of pools that took hold: so many machines were lost at once that nothing is replaced.",
  });
  const strikes = ({ status }: Resource): number => status?.quarantine?.strikes ?? 0;
  seen.onChange(kinds.Resource, (before, after) => {
    if (strikes(after) > strikes(before)) quarantines.inc();
  });
  seen.onChange(kinds.ResourcePool, (before, after) => {
    if (after.status?.braked === true && before.status?.braked !== true) brakes.inc();
  });
}

function measureProcesses(metrics: Metrics, seen: Seen): void {
  const restarts = metrics.counter({
    name: "plush_process_restarts_total",
    help: "Restarts of processes by their agents.",
  });
  const ends = metrics.counter<"state">({
    name: "plush_process_ends_total",
    help: "Processes that came to an end, by the state that this is.",
    labels: ["state"],
  });
  for (const state of endings) ends.inc({ state }, 0);
  const restartsOf = ({ status }: Process): number => status?.restarts ?? 0;
  seen.onChange(kinds.Process, (before, after) => {
    const more = restartsOf(after) - restartsOf(before);
    if (more > 0) restarts.inc(more);
    const state = endings.find((one) => one === after.status?.state);
    if (state !== undefined && before.status?.state !== state) ends.inc({ state });
  });
}

function oneOf(known: readonly string[], value: string): string {
  return known.includes(value) ? value : "other";
}
