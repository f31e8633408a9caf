import {
  annotations,
  isDeleting,
  isGoingBack,
  isTrue,
  type Resource,
  type ResourcePool,
  type ResourcePoolStatus,
} from "../../api/index.ts";
import { type ConditionRow, conditionsWith } from "../../controller/index.ts";

/** What stands in a pool's way until somebody acts. */
export interface PoolFault {
  readonly reason: "ProviderForbidden" | "NameTaken" | "AddressTaken" | "ReferenceNotFound" | "ResidueHeld";
  readonly message: string;
}

export interface PoolStatusInput {
  readonly pool: ResourcePool;
  readonly own: readonly Resource[];
  readonly faults: readonly PoolFault[];
  readonly braked: boolean;
  readonly lost: number;
  /** Conditions that only some pools have. */
  readonly rows?: readonly ConditionRow[];
  readonly nowText: string;
}

/** Faults named in a message; the rest is counted. */
const namedFaults = 3;

export function poolStatus(input: PoolStatusInput): ResourcePoolStatus {
  const { pool, own, braked, nowText } = input;
  const counts = countMachines(own);
  const { generation } = pool.metadata;
  const rows = [
    readyRow(input, counts),
    ...progressRows(input, counts),
    ...loanRows(input),
    brakeRow(input),
    ...(input.rows ?? []),
  ];
  return {
    ...pool.status,
    ...(generation !== undefined && { observedGeneration: generation }),
    state: stateOf(input, counts),
    provider: Object.keys(pool.spec.provider)[0] ?? "",
    ...counts,
    ...(pool.spec.lend !== undefined && { lent: countLent(input) }),
    braked,
    conditions: conditionsWith(pool, rows, nowText),
  };
}

interface MachineCounts {
  readonly resources: number;
  readonly ready: number;
  readonly free: number;
  readonly claimed: number;
  readonly failed: number;
  readonly unreachable: number;
}

function countMachines(own: readonly Resource[]): MachineCounts {
  const count = (test: (resource: Resource) => boolean): number => own.filter(test).length;
  return {
    resources: own.length,
    ready: count(isReady),
    free: count((resource) => isReady(resource) && (resource.status?.allocations ?? []).length === 0),
    claimed: count(({ status }) => (status?.allocations ?? []).length > 0),
    failed: count(({ status }) => status?.state === "Failed"),
    unreachable: count(({ status }) => status?.state === "Unreachable"),
  };
}

function isReady({ status }: Resource): boolean {
  return isTrue(status?.conditions, "Ready");
}

function stateOf(
  { pool, faults, braked }: PoolStatusInput,
  counts: MachineCounts,
): NonNullable<ResourcePoolStatus["state"]> {
  if (isDeleting(pool)) return "Deleting";
  if (braked) return "Braked";
  if (counts.resources === 0) return faults.length > 0 ? "Failed" : "Pending";
  if (counts.ready === counts.resources) return "Ready";
  return counts.ready + counts.failed + counts.unreachable === 0 ? "Pending" : "Degraded";
}

function readyRow({ pool }: PoolStatusInput, { ready, resources }: MachineCounts): ConditionRow {
  const message = `${ready} of ${resources} machines are ready`;
  if (isDeleting(pool)) return ["Ready", "False", "Deleting", `left: ${machines(resources)}`];
  if (resources === 0) return ["Ready", "False", "Empty", "the pool has no machine"];
  if (ready === resources) return ["Ready", "True", "AllReady", message];
  return ["Ready", "False", ready === 0 ? "NoneReady" : "SomeNotReady", message];
}

function progressRows({ pool, faults }: PoolStatusInput, { ready, resources }: MachineCounts): ConditionRow[] {
  const [first] = faults;
  const named = faults.slice(0, namedFaults).map(({ message }) => message);
  const rest = faults.length > namedFaults ? `; and ${faults.length - namedFaults} more` : "";
  const stalled: ConditionRow =
    first === undefined
      ? ["Stalled", "False", "NotStalled", ""]
      : ["Stalled", "True", first.reason, `${named.join("; ")}${rest}`];
  if (isDeleting(pool)) {
    return [["Reconciling", "True", "Deleting", `removing the agents of ${machines(resources)}`], stalled];
  }
  if (ready === resources) return [["Reconciling", "False", "Settled", ""], stalled];
  return [["Reconciling", "True", "Progressing", `waiting for ${machines(resources - ready)}`], stalled];
}

/** Of its own machines, those that are elsewhere. */
function countLent({ pool, own }: PoolStatusInput): number {
  return own.filter(({ status }) => status?.loan !== undefined && status.loan.pool !== pool.metadata.name).length;
}

/** Only of pools that borrow. */
function loanRows({ pool, own }: PoolStatusInput): ConditionRow[] {
  const { borrow } = pool.spec.provider;
  if (borrow === undefined) return [];
  const going = own.filter(isGoingBack);
  const held = own.length - going.length;
  const words = `${held} of ${machines(borrow.count)} are lent by pool ${borrow.pool}`;
  const [first] = going.map(
    ({ metadata, status }) => `${metadata.name} (${status?.loan?.ending}, until ${status?.loan?.until})`,
  );
  const back = first === undefined ? "" : `; ${going.length} go back: ${first}${going.length > 1 ? " …" : ""}`;
  if (held >= borrow.count) return [["Borrowed", "True", first === undefined ? "Lent" : "GoingBack", words + back]];
  return [["Borrowed", "False", first === undefined ? "Waiting" : "GoingBack", words + back]];
}

function machines(count: number): string {
  return count === 1 ? "1 machine" : `${count} machines`;
}

function brakeRow({ pool, own, braked, lost }: PoolStatusInput): ConditionRow {
  const { maxFailedPercent, window } = pool.spec.brake;
  if (!braked) return ["Braked", "False", "BelowLimit", ""];
  const message =
    `${lost} of ${own.length} machines were lost within ${window}, more than ${maxFailedPercent}%: nothing is replaced ` +
    "until they are back, or until somebody says that they are gone for good: " +
    `plush resume ${pool.metadata.name ?? ""} (annotation ${annotations.resumedAt}=TIME)`;
  return ["Braked", "True", "TooManyFailed", message];
}
