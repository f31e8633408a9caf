import {
  annotations,
  findCondition,
  isDeleting,
  type Resource,
  type ResourcePool,
  type ResourcePoolStatus,
} from "../../api/index.ts";
import type { MachineSpec } from "../../fabric/index.ts";
import { isOf, type MachineAction, planMachines, specAsItIs } from "./machine-plan.ts";
import type { MakerOrder } from "./maker-view.ts";
import { type MakingObservation, planMaking } from "./making-plan.ts";
import { type PoolFault, poolStatus } from "./status-plan.ts";

export interface PoolObservation {
  readonly pool: ResourcePool;
  /** What the provider says; or why it says nothing. */
  readonly wanted: readonly MachineSpec[] | PoolFault;
  readonly resources: readonly Resource[];
  /** Too many of the pool's machines are gone at once. */
  readonly braked: boolean;
  /** How many are gone. */
  readonly lost: number;
  /** A Secret that the pool names and that is not there, in words. */
  readonly missing?: string;
  /** Of a provider that makes its machines. */
  readonly making?: MakingObservation;
  readonly nowText: string;
}

export interface PoolPlan {
  readonly actions: readonly MachineAction[];
  /** What the provider is to be asked for. */
  readonly orders: readonly MakerOrder[];
  readonly recheckAfterMs?: number;
  readonly status: ResourcePoolStatus;
  /** Deleted, and no machine is left. */
  readonly nothingLeft: boolean;
}

/** Deletion is a wish for no machines. */
export function planPool(observation: PoolObservation): PoolPlan {
  const { pool, resources, missing } = observation;
  const isGoing = isDeleting(pool);
  const mine = resources.filter((resource) => isOf(pool, resource));
  const own = resources.filter((resource) => isOf(pool, resource) || isLentTo(pool, resource));
  const named = isGoing ? [] : joined(pool, mine, observation.wanted);
  if (isFault(named)) {
    return {
      actions: [],
      orders: [],
      status: poolStatus({ ...observation, own, faults: [named] }),
      nothingLeft: false,
    };
  }
  const made = observation.making && planMaking(pool, named, mine, observation.making);
  const { actions, faults } = planMachines({ pool, wanted: made?.wanted ?? named, resources });
  const references: PoolFault[] = missing === undefined ? [] : [{ reason: "ReferenceNotFound", message: missing }];
  const all = [...faults, ...(made?.faults ?? []), ...(isGoing ? heldBack(own) : references)];
  return {
    actions: [...actions, ...(made?.actions ?? []), ...(isGoing ? forfeits(pool, mine) : [])],
    orders: made?.orders ?? [],
    status: { ...poolStatus({ ...observation, own, faults: all, rows: made?.rows ?? [] }), ...made?.fields },
    nothingLeft: isGoing && own.length === 0 && (made?.isEmpty ?? true),
    ...(made !== undefined && { recheckAfterMs: made.recheckAfterMs }),
  };
}

function isLentTo({ metadata }: ResourcePool, { status }: Resource): boolean {
  return status?.loan !== undefined && status.loan.pool === metadata.name;
}

/** Of a pool that machines join, those that have joined. */
function joined(
  pool: ResourcePool,
  own: readonly Resource[],
  wanted: PoolObservation["wanted"],
): PoolObservation["wanted"] {
  if (pool.spec.provider.join === undefined || isFault(wanted)) return wanted;
  return own.filter((resource) => !isDeleting(resource)).map(specAsItIs);
}

function isFault(wanted: PoolObservation["wanted"]): wanted is PoolFault {
  return "reason" in wanted;
}

/** What is given up of a pool is given up of its machines. */
function forfeits(pool: ResourcePool, own: readonly Resource[]): MachineAction[] {
  const word = pool.metadata.annotations?.[annotations.forfeitResidue];
  if (word === undefined) return [];
  const lacking = own.filter(({ metadata }) => metadata.annotations?.[annotations.forfeitResidue] !== word);
  return lacking.map((resource) => ({
    kind: "annotate",
    resource,
    annotation: annotations.forfeitResidue,
    value: word,
  }));
}

/** Machines that wait for something before they can go. */
function heldBack(own: readonly Resource[]): PoolFault[] {
  return own.flatMap(({ status }) => {
    const stalled = findCondition(status?.conditions, "Stalled");
    if (stalled?.reason !== "ResidueHeld") return [];
    return { reason: "ResidueHeld" as const, message: stalled.message };
  });
}
