import { type ComponentStatus, isDeleting, minimumReady } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import { type ConditionRow, conditionsWith } from "../../controller/index.ts";
import { isReadySpare, pressureText } from "../../graph/index.ts";
import type { ComponentPlan } from "./plan.ts";
import { type Trouble, troubles } from "./trouble-plan.ts";
import type { ComponentWorld } from "./world.ts";

interface Tally {
  readonly replicas: number;
  readonly claimed: number;
  readonly configured: number;
  readonly ready: number;
  readonly updated: number;
  readonly minReady: number;
  /** Members not admitted to the newest revision. */
  readonly behind: number;
  /** Spares that are ready. */
  readonly spares: number;
  /** Claims that are still to go. */
  readonly leaving: number;
  readonly trouble?: Trouble;
  /** Members that suffer, as the end of a sentence. */
  readonly pressure: string;
  /** Why a quota lets no more members be made. */
  readonly refusal?: string;
}

/** What people and programs are told of a component. `refused`: by a quota, in its words. */
export function componentStatus(world: ComponentWorld, plan: ComponentPlan, refused?: string): ComponentStatus {
  const { component } = world;
  const tally = count(world, plan, refused);
  const { replicas, claimed, configured, ready, updated } = tally;
  const allThere = plan.target !== undefined && tally.behind === 0 && updated === replicas;
  const revision = allThere ? plan.target : component.status?.revision;
  const rows = [readyRow(world, tally), reconcilingRow(world, tally), stalledRow(tally)];
  return {
    observedGeneration: component.metadata.generation ?? 0,
    state: stateOf(world, tally),
    replicas,
    claimed,
    configured,
    ready,
    updated,
    ...(component.spec.spares > 0 && { spares: tally.spares }),
    ...(revision !== undefined && { revision }),
    conditions: conditionsWith(component, rows, formatTimestamp(world.now)),
  };
}

function count(
  world: ComponentWorld,
  { slots, members, spares, target }: ComponentPlan,
  refused: string | undefined,
): Tally {
  const { spec } = world.component;
  const replicas = slots.length;
  const minReady = minimumReady({ replicas, ...(spec.minReady !== undefined && { minReady: spec.minReady }) });
  const all = troubles(world, members);
  const missing = world.missingSoftware[0];
  const refusal = refused && `${members.length} of ${replicas} members have a claim: ${refused}`;
  const trouble =
    refusal !== undefined && members.length < minReady
      ? { ordinal: members.length, reason: "QuotaExceeded", message: refusal }
      : replicas - all.length < minReady
        ? all[0]
        : undefined;
  return {
    replicas,
    claimed: members.filter(({ claim }) => claim.spec.resourceName !== undefined).length,
    configured: members.filter(({ configured }) => configured).length,
    ready: members.filter(({ ready }) => ready).length,
    updated: members.filter(({ updated }) => updated).length,
    minReady,
    behind: members.filter(({ claim }) => claim.spec.revision !== target).length,
    spares: spares.filter(isReadySpare).length,
    ...(refusal !== undefined && { refusal }),
    leaving: world.claims.length - members.length - spares.length,
    pressure: pressureText(members.map(({ claim }) => claim)),
    ...(missing === undefined
      ? trouble !== undefined && { trouble }
      : { trouble: { ordinal: 0, reason: "ReferenceNotFound", message: `there is no software ${missing}` } }),
  };
}

function stateOf({ component }: ComponentWorld, tally: Tally): NonNullable<ComponentStatus["state"]> {
  if (isDeleting(component)) return "Deleting";
  if (component.spec.suspend) return "Suspended";
  if (tally.trouble !== undefined) return "Stalled";
  if (tally.claimed < tally.minReady) return "Claiming";
  if (tally.configured < tally.minReady) return "Installing";
  if (tally.behind > 0) return "Updating";
  if (tally.ready < tally.minReady) return "Configured";
  return tally.ready < tally.replicas ? "Degraded" : "Ready";
}

function readyRow({ component }: ComponentWorld, tally: Tally): ConditionRow {
  const words = `${tally.ready} of ${tally.replicas} members are ready, ${tally.minReady} needed${tally.pressure}`;
  if (isDeleting(component)) return ["Ready", "False", "Deleting", leavingWords(tally)];
  if (component.spec.suspend) return ["Ready", "False", "Suspended", leavingWords(tally)];
  if (tally.ready >= tally.minReady) return ["Ready", "True", "EnoughReady", words];
  if (tally.trouble !== undefined && tally.claimed < tally.minReady && isUnschedulable(tally.trouble)) {
    return ["Ready", "False", "Unschedulable", tally.trouble.message];
  }
  if (tally.claimed < tally.minReady) {
    return ["Ready", "False", "Claiming", `${tally.claimed} of ${tally.replicas} members have a machine`];
  }
  return ["Ready", "False", "NotEnoughReady", words];
}

function isUnschedulable({ reason }: Trouble): boolean {
  return reason === "Unschedulable" || reason === "NoDefaultPool";
}

function reconcilingRow({ component }: ComponentWorld, tally: Tally): ConditionRow {
  const { replicas, claimed, configured, behind, leaving, refusal } = tally;
  if (isDeleting(component)) return ["Reconciling", "True", "Deleting", leavingWords(tally)];
  if (refusal !== undefined) return ["Reconciling", "True", "QuotaExceeded", refusal];
  if (leaving > 0) return ["Reconciling", "True", "Scaling", leavingWords(tally)];
  if (claimed < replicas)
    return ["Reconciling", "True", "Claiming", `${claimed} of ${replicas} members have a machine`];
  if (configured < replicas) {
    return ["Reconciling", "True", "Installing", `${configured} of ${replicas} members have their software`];
  }
  if (behind > 0) return ["Reconciling", "True", "Updating", `${replicas - behind} of ${replicas} members are updated`];
  return ["Reconciling", "False", "Settled", "nothing is being changed"];
}

function stalledRow({ trouble }: Tally): ConditionRow {
  if (trouble === undefined) return ["Stalled", "False", "NotStalled", "nothing needs a person"];
  return ["Stalled", "True", trouble.reason, trouble.message];
}

function leavingWords({ leaving }: Tally): string {
  return leaving === 0 ? "no claim is left" : `${leaving} claims are being cleaned and released`;
}
