import {
  annotations,
  findCondition,
  isDeleting,
  type Resource,
  type ResourcePool,
  type ResourcePoolStatus,
} from "../../api/index.ts";
import type { MachineSpec } from "../../fabric/index.ts";
import { isOf, type MachineAction, planMachines } from "./machine-plan.ts";
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
  readonly nowText: string;
}

export interface PoolPlan {
  readonly actions: readonly MachineAction[];
  readonly status: ResourcePoolStatus;
  /** Deleted, and no machine is left. */
  readonly nothingLeft: boolean;
}

/** Deletion is a wish for no machines. */
export function planPool(observation: PoolObservation): PoolPlan {
  const { pool, resources, missing } = observation;
  const isGoing = isDeleting(pool);
  const wanted = isGoing ? [] : observation.wanted;
  const own = resources.filter((resource) => isOf(pool, resource) || isLentTo(pool, resource));
  if (isFault(wanted)) return { actions: [], status: statusOf(observation, own, [wanted]), nothingLeft: false };
  const { actions, faults } = planMachines({ pool, wanted, resources });
  const references: PoolFault[] = missing === undefined ? [] : [{ reason: "ReferenceNotFound", message: missing }];
  return {
    actions: [
      ...actions,
      ...(isGoing
        ? forfeits(
            pool,
            own.filter((resource) => isOf(pool, resource)),
          )
        : []),
    ],
    status: statusOf(observation, own, [...faults, ...(isGoing ? heldBack(own) : references)]),
    nothingLeft: isGoing && own.length === 0,
  };
}

function isLentTo({ metadata }: ResourcePool, { status }: Resource): boolean {
  return status?.loan !== undefined && status.loan.pool === metadata.name;
}

function statusOf(
  { pool, braked, lost, nowText }: PoolObservation,
  own: readonly Resource[],
  faults: readonly PoolFault[],
): ResourcePoolStatus {
  return poolStatus({ pool, own, faults, braked, lost, nowText });
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
