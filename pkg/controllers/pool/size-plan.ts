import { isDeleting, type Resource, type ResourcePool } from "../../api/index.ts";
import { durationMs, parseTimestamp } from "../../clock/index.ts";
import { machineNumber, machinePrefix } from "../../fabric/index.ts";
import type { Demand } from "./demand-plan.ts";

export interface SizeObservation {
  readonly pool: ResourcePool;
  readonly own: readonly Resource[];
  readonly demand: Demand;
  /** Resources whose machines have been taken away. */
  readonly lost: ReadonlySet<Resource>;
  /** Names that the provider says will never be of use. */
  readonly failed: ReadonlySet<string>;
  readonly nowAt: number;
}

export interface SizePlan {
  /** Names to be recorded: those that are being made, with new ones. */
  readonly making: readonly string[];
  readonly lastNumber: number;
  /** Machines to give back; none of them holds a claim. */
  readonly giveBack: readonly Resource[];
  readonly scaling: "Settled" | "Growing" | "Shrinking" | "AtMaximum";
  /** When time alone will have changed the plan. */
  readonly recheckAfterMs?: number;
}

/** How many machines a pool should have: as many as claims need, within its bounds; and which are there in vain. */
export function planSize(input: SizeObservation): SizePlan {
  const { pool, own, demand, lost, failed } = input;
  const lastNumber = highestNumber(pool, own);
  const { size } = pool.spec;
  if (size === undefined || isDeleting(pool)) return { making: [], lastNumber, giveBack: [], scaling: "Settled" };
  const names = new Set(own.map(({ metadata }) => metadata.name ?? ""));
  const numbered = own.filter(
    (one) => !isDeleting(one) && !lost.has(one) && machineNumber(pool, one.metadata.name ?? "") !== undefined,
  );
  const coming = (pool.status?.making ?? []).filter((name) => !names.has(name) && !failed.has(name));
  const kept = coming.slice(0, Math.max(0, size.max - numbered.length));
  const current = numbered.length + kept.length;
  const target = Math.min(size.max, Math.max(size.min, current + demand.lacking));
  const fresh = Array.from({ length: Math.max(0, target - current) }, (_, at) => nameOf(pool, lastNumber + at + 1));
  const idle = planIdle(input, numbered, current);
  const making = [...kept, ...fresh];
  return {
    making,
    lastNumber: lastNumber + fresh.length,
    giveBack: idle.giveBack,
    scaling: scalingOf({ making, giveBack: idle.giveBack, isShort: current + demand.lacking > size.max }),
    ...(idle.recheckAfterMs !== undefined && { recheckAfterMs: idle.recheckAfterMs }),
  };
}

function nameOf(pool: ResourcePool, number: number): string {
  return `${machinePrefix(pool)}${number}`;
}

/** Also of what is there, should a record be older than it. */
function highestNumber(pool: ResourcePool, own: readonly Resource[]): number {
  const seen = own.map(({ metadata }) => machineNumber(pool, metadata.name ?? "") ?? 0);
  return Math.max(pool.status?.lastNumber ?? 0, ...seen);
}

function scalingOf({
  making,
  giveBack,
  isShort,
}: Pick<SizePlan, "making" | "giveBack"> & { readonly isShort: boolean }): SizePlan["scaling"] {
  if (isShort) return "AtMaximum";
  if (making.length > 0) return "Growing";
  return giveBack.length > 0 ? "Shrinking" : "Settled";
}

/** Those that have been idle for the longest time go first; above the maximum all that are idle, however short. */
function planIdle(
  { pool, demand, nowAt }: SizeObservation,
  numbered: readonly Resource[],
  current: number,
): Pick<SizePlan, "giveBack" | "recheckAfterMs"> {
  const { size } = pool.spec;
  if (size === undefined) return { giveBack: [] };
  const timeoutMs = durationMs(size.idleTimeout);
  const idle = numbered
    .filter(isIdle)
    .map((resource) => ({ resource, forMs: nowAt - idleSince(resource, nowAt) }))
    .sort((left, right) => right.forMs - left.forMs);
  const excess = idle.slice(0, Math.max(0, current - size.max));
  // Those who wait may be about to take one.
  const spare = demand.waiting > 0 ? [] : idle.slice(excess.length, Math.max(excess.length, current - size.min));
  const over = spare.filter(({ forMs }) => forMs >= timeoutMs);
  const next = spare.find(({ forMs }) => forMs < timeoutMs);
  return {
    giveBack: [...excess, ...over].map(({ resource }) => resource),
    ...(next !== undefined && { recheckAfterMs: Math.max(1, timeoutMs - next.forMs) }),
  };
}

/** Holds nothing, and nobody has said that it is to stay as it is. */
function isIdle({ spec, status }: Resource): boolean {
  return (
    [status?.allocations, status?.residue, status?.orphans].every((held = []) => held.length === 0) &&
    !spec.unschedulable
  );
}

function idleSince({ metadata, status }: Resource, nowAt: number): number {
  return parseTimestamp(status?.since ?? metadata.creationTimestamp ?? "") ?? nowAt;
}
