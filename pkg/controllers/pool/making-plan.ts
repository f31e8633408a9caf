import { annotations, isDeleting, type Resource, type ResourcePool, type ResourcePoolStatus } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import type { ConditionRow } from "../../controller/index.ts";
import { type MachineSpec, machineNumber } from "../../fabric/index.ts";
import { type Demand, planDemand, type WaitingClaim } from "./demand-plan.ts";
import type { MachineAction } from "./machine-plan.ts";
import { planMade } from "./made-plan.ts";
import type { MakerOrder, MakerView } from "./maker-view.ts";
import { planSize, type SizePlan } from "./size-plan.ts";
import type { PoolFault } from "./status-plan.ts";

/** What is known besides of a pool whose provider makes its machines. */
export interface MakingObservation {
  readonly maker: MakerView;
  readonly pools: readonly ResourcePool[];
  /** All claims that wait for a machine; none where the pool has no `size`. */
  readonly waiting: readonly WaitingClaim[];
  readonly restored: boolean;
  readonly nowAt: number;
}

export interface MakingPlan {
  readonly wanted: readonly MachineSpec[];
  readonly orders: readonly MakerOrder[];
  readonly actions: readonly MachineAction[];
  readonly fields: Pick<ResourcePoolStatus, "making" | "lastNumber" | "waiting">;
  readonly rows: readonly ConditionRow[];
  readonly faults: readonly PoolFault[];
  /** Nothing is left with the provider. */
  readonly isEmpty: boolean;
  readonly recheckAfterMs: number;
}

/** Machines that are made: how many, which ones, and what the provider is asked for. */
export function planMaking(
  pool: ResourcePool,
  named: readonly MachineSpec[],
  own: readonly Resource[],
  { maker, pools, waiting, restored, nowAt }: MakingObservation,
): MakingPlan {
  const names = new Set(own.map(({ metadata }) => metadata.name ?? ""));
  const making = (pool.status?.making ?? []).filter((name) => !names.has(name));
  const forfeit = pool.metadata.annotations?.[annotations.forfeitResidue] !== undefined;
  const made = planMade({ pool, named, making, own, maker, restored, forfeit, nowAt });
  const lost = new Set(made.lost);
  const demand = planDemand({
    ...{ pool, pools, waiting, making: making.length },
    empty: own.filter((resource) => isUsable(resource) && !lost.has(resource)),
    sample: own.findLast(({ status }) => status?.attributes !== undefined),
  });
  const failed = new Set(making.filter((name) => maker.machines.get(name)?.state === "Failed"));
  const size = planSize({ pool, own, demand, lost, failed, nowAt });
  return {
    wanted: made.wanted,
    orders: made.orders,
    actions: [
      ...size.giveBack.map((resource) => ({ kind: "giveBack" as const, resource })),
      ...made.lost.map((resource) => ({ kind: "delete" as const, resource })),
      ...letGo(pool, own, maker),
      ...made.gone.map((resource) => ({ kind: "release" as const, resource })),
    ],
    fields:
      pool.spec.size === undefined ? {} : { making: size.making, lastNumber: size.lastNumber, waiting: demand.waiting },
    rows: [providerRow(maker), ...(pool.spec.size === undefined ? [] : [scaledRow(pool, size, demand)])],
    faults: finalFaults(maker),
    isEmpty: made.isEmpty,
    recheckAfterMs: Math.min(made.recheckAfterMs, size.recheckAfterMs ?? Number.POSITIVE_INFINITY),
  };
}

/** Empty, or on its way up. */
function isUsable({ metadata, spec, status }: Resource): boolean {
  const holds = [status?.allocations, status?.residue].some((held = []) => held.length > 0);
  const isBroken = ["Failed", "Unreachable", "Quarantined", "Draining"].includes(status?.state ?? "");
  return metadata.deletionTimestamp === undefined && !spec.unschedulable && !holds && !isBroken;
}

/** The machine goes as a whole: nobody has to clean it, and what it held went with it where it is gone already. */
function letGo(pool: ResourcePool, own: readonly Resource[], maker: MakerView): MachineAction[] {
  return own
    .filter((resource) => {
      const { metadata, status } = resource;
      const name = metadata.name ?? "";
      if (!isDeleting(resource) || machineNumber(pool, name) === undefined) return false;
      if (metadata.annotations?.[annotations.forfeitResidue] !== undefined) return false;
      const isThere = maker.listedAt === undefined || maker.machines.has(name);
      return !isThere || (status?.allocations ?? []).length === 0;
    })
    .map((resource) => ({
      kind: "annotate" as const,
      resource,
      annotation: annotations.forfeitResidue,
      value: "the machine is given back",
    }));
}

function providerRow({ failures }: MakerView): ConditionRow {
  if (failures.size === 0) return ["Provider", "True", "Answering", ""];
  const texts = [...failures.values()].map(({ message, times, nextAt }) => {
    const count = times === 1 ? "" : ` (${times} times)`;
    return `${message}${count}; next attempt at ${formatTimestamp(nextAt)}`;
  });
  return ["Provider", "False", "Failing", texts.join("; ")];
}

/** What somebody has to mend before it can be better. */
function finalFaults({ failures }: MakerView): PoolFault[] {
  return [...failures.values()]
    .filter(({ isFinal }) => isFinal)
    .map(({ message }) => ({ reason: "ProviderForbidden", message }));
}

function scaledRow(
  { spec }: ResourcePool,
  { making, giveBack, scaling }: SizePlan,
  { waiting, lacking }: Demand,
): ConditionRow {
  const claims = `${waiting} ${waiting === 1 ? "claim waits" : "claims wait"}`;
  switch (scaling) {
    case "AtMaximum":
      return [
        "Scaled",
        "False",
        "AtMaximum",
        `${claims}, and ${lacking} more machines would do for them: size.max is ${spec.size?.max}`,
      ];
    case "Growing":
      return ["Scaled", "False", "Growing", `${making.length} machines are being made; ${claims}`];
    case "Shrinking":
      return ["Scaled", "False", "Shrinking", `${giveBack.length} idle machines are given back`];
    case "Settled":
      return ["Scaled", "True", "Settled", ""];
  }
}
