import type { ApplicationState, ApplicationStatus } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import { type ConditionRow, conditionsWith } from "../../controller/index.ts";
import { isSpare } from "../../graph/index.ts";
import { conditionRows } from "./condition-plan.ts";
import { type ApplicationPlan, formerPhases } from "./plan.ts";
import type { Rollout } from "./rollout-plan.ts";
import { type ApplicationSummary, summarize } from "./summary.ts";
import type { ApplicationWorld } from "./world.ts";

/** What people and programs are told of an application. `refused`: by a quota, in its words. */
export function applicationStatus(
  observed: ApplicationWorld,
  plan: ApplicationPlan,
  refused?: string,
): ApplicationStatus {
  // What runs is told of, which may be another revision than the spec's.
  const world = { ...observed, application: plan.rollout.application };
  const { application, now } = world;
  const summary = summarize(world, plan, refused);
  const rows = conditionRows(summary);
  const nowText = formatTimestamp(now);
  const { finishedAt, failure } = plan.lifecycle;
  const open = summary.phases.filter(({ state }) => state === "Open").map(({ name }) => name);
  const ready = summary.components.reduce((sum, it) => sum + it.ready, 0);
  const replicas = summary.components.reduce((sum, it) => sum + it.replicas, 0);
  const startedAt = application.status?.startedAt ?? nowText;
  return {
    observedGeneration: application.metadata.generation ?? 0,
    state: stateOf(summary, rows),
    readyMembers: `${ready}/${replicas}`,
    phase: open.join(","),
    components: summary.components.map(
      ({ name, replicas: wanted, claimed, configured, ready: own, updated, spares }) => {
        const { spares: said = 0 } = application.spec.components.find((it) => it.name === name) ?? {};
        return { name, replicas: wanted, claimed, configured, ready: own, updated, ...(said > 0 && { spares }) };
      },
    ),
    phases: summary.phases,
    ...rolledOut(plan.rollout, application.status),
    replacements: world.claims
      .filter((it) => !isSpare(it))
      .reduce((sum, { spec }) => sum + Math.max(0, spec.epoch - 1), 0),
    ...(plan.lifecycle.stage !== "Suspended" && { startedAt }),
    ...expiryFields(plan, world),
    ...(finishedAt !== undefined && { finishedAt: formatTimestamp(finishedAt) }),
    ...(failure !== undefined && { failure }),
    conditions: conditionsWith(application, rows, nowText),
  };
}

/** That its time was up is kept until what ran then is gone, so that the new run is one. */
function expiryFields(
  { lifecycle }: ApplicationPlan,
  world: ApplicationWorld,
): Pick<ApplicationStatus, "expiresAt" | "expiredAt"> {
  const { dueAt, expiredAt } = lifecycle.expiry;
  const kept = formerPhases(world).length > 0 ? world.application.status?.expiredAt : undefined;
  const since = expiredAt === undefined ? kept : formatTimestamp(expiredAt);
  return {
    ...(dueAt !== undefined && { expiresAt: formatTimestamp(dueAt) }),
    ...(since !== undefined && { expiredAt: since }),
  };
}

/** Where nothing can be said because a digest is not known, what was told stays. */
function rolledOut(
  { currentRevision, status }: Rollout,
  before: ApplicationStatus | undefined,
): Pick<ApplicationStatus, "currentRevision" | "rollout"> {
  const revision = currentRevision ?? before?.currentRevision;
  return {
    ...(revision !== undefined && { currentRevision: revision }),
    ...(status !== undefined && { rollout: status }),
  };
}

function stateOf(summary: ApplicationSummary, rows: readonly ConditionRow[]): ApplicationState {
  const { stage } = summary.plan.lifecycle;
  if (stage !== "Active") return stage;
  const reasonOf = (type: string): string => rows.find((row) => row[0] === type)?.[2] ?? "";
  const isTrue = (type: string): boolean => rows.some((row) => row[0] === type && row[1] === "True");
  const hasBegun = summary.components.some(({ claimed }) => claimed > 0);
  if (!isTrue("ResourcesAcquired")) return hasBegun ? "Acquiring" : "Pending";
  if (reasonOf("Reconciling") === "Updating") return "Updating";
  if (!isTrue("SoftwareInstalled")) return "Installing";
  if (isTrue("Available")) return "Available";
  const wasUp = summary.phases.every(({ state }) => state === "Released");
  return wasUp && reasonOf("Available") === "NotEnoughReady" ? "Degraded" : "Running";
}
