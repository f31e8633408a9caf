import { type Claim, findCondition, type MonitorStatus, type Resource } from "../../api/index.ts";
import { parseTimestamp } from "../../clock/index.ts";
import type { ClaimReport } from "../../protocol/index.ts";
import { isCurrent } from "./installed-plan.ts";
import { pressureOn } from "./machine-views.ts";

/** What a member suffers from where it is. */
export interface Pressure {
  readonly reason: "DiskPressure" | "MemoryPressure" | "MonitorFailed";
  /** All of it, one after the other. */
  readonly message: string;
  /** When the oldest of it began: wall clock, ms. */
  readonly sinceAt: number;
  /** Set where nothing but this monitor says so. */
  readonly monitor?: string;
}

/** What monitors say of this binding. A new agent's have said nothing yet: what was known stays. */
export function monitorsOf(claim: Claim, report: ClaimReport | undefined): readonly MonitorStatus[] {
  const before = isCurrent(claim) ? (claim.status?.monitors ?? []) : [];
  if (report === undefined) return before;
  return (report.monitors ?? []).map((one) => {
    const known = one.state === "Unknown" ? before.find(({ name }) => name === one.name) : undefined;
    return known ?? one;
  });
}

/** What the machine is short of, and which monitors fail; undefined: nothing. */
export function findPressure(resource: Resource | undefined, monitors: readonly MonitorStatus[]): Pressure | undefined {
  const name = resource?.metadata.name;
  const ofMachine = (resource === undefined ? [] : pressureOn(resource)).map((reason) => {
    const condition = findCondition(resource?.status?.conditions, reason);
    return { reason, text: `${reason} on ${name}: ${condition?.message}`, since: condition?.lastTransitionTime };
  });
  const failing = monitors.filter(({ state }) => state === "Failing");
  const ofMonitors = failing.map(({ name: own, message, since }) => {
    return { reason: "MonitorFailed" as const, text: `monitor ${own} fails on ${name}: ${message}`, since };
  });
  const all = [...ofMachine, ...ofMonitors];
  const [first] = all;
  if (first === undefined) return undefined;
  const [monitor] = ofMachine.length === 0 ? failing : [];
  return {
    reason: first.reason,
    message: all.map(({ text }) => text).join("; "),
    sinceAt: Math.min(...all.map(({ since }) => parseTimestamp(since ?? "") ?? Number.POSITIVE_INFINITY)),
    ...(monitor !== undefined && { monitor: monitor.name }),
  };
}
