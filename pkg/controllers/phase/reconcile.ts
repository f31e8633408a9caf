import {
  type Claim,
  type Component,
  type ConfigMap,
  isDeleting,
  keyOf,
  keyText,
  kinds,
  labels,
  type ObjectKey,
  type Phase,
  type PhaseStatus,
  type Process,
  type ResourceQuota,
  type Secret,
  type WorkChunk,
  type WorkTemplate,
} from "../../api/index.ts";
import {
  type Controller,
  type ControllerPorts,
  isMoreThan,
  isWishOr,
  planned,
  quotaRecheckMs,
  type ReconcileResult,
  writeChildren,
  writeStatus,
} from "../../controller/index.ts";
import { memberFacts } from "../../graph/index.ts";
import { refersTo } from "../../values/index.ts";
import { observe } from "./observe.ts";
import { planPhase } from "./plan.ts";
import { restOf } from "./rest-plan.ts";

/** Opens phases, takes members through them, and releases their barriers. */
export function makePhaseController(ports: ControllerPorts): Controller {
  const phases = ports.cache(kinds.Phase);
  const refusals = new Map<string, string>();
  // Asked for now, so that it is filled before the first reconcile.
  ports.cache(kinds.Secret);
  const naming = ({ metadata: { namespace, name = "" } }: ConfigMap | Secret, kind: "ConfigMap" | "Secret") =>
    phases
      .list(namespace ?? "")
      .filter(({ spec: { work } }) => work !== undefined && isNamed(work, kind, name))
      .map(keyOf);
  return {
    name: "phase",
    kind: kinds.Phase,
    concurrency: 8,
    own: { when: isMoreThan(["conditions", "progress", "observedGeneration"]) },
    watches: [
      {
        kind: kinds.Phase,
        keys: (phase: Phase) => related(phase, phase.spec.applicationName, ports),
        when: isWishOr(memberFacts.phase),
      },
      {
        kind: kinds.Claim,
        keys: (claim: Claim) => related(claim, claim.metadata.labels?.[labels.application], ports),
        when: isWishOr(memberFacts.claim),
      },
      {
        kind: kinds.Component,
        keys: (component: Component) => related(component, component.spec.applicationName, ports),
        when: isWishOr(({ status }: Component) => [status?.replicas]),
      },
      {
        kind: kinds.WorkChunk,
        keys: ({ metadata, spec }: WorkChunk) => [{ namespace: metadata.namespace ?? "", name: spec.phaseName }],
      },
      {
        kind: kinds.ResourceQuota,
        keys: ({ metadata }: ResourceQuota) =>
          phases
            .list(metadata.namespace)
            .filter((phase) => refusals.has(keyText(keyOf(phase))))
            .map(keyOf),
      },
      { kind: kinds.ConfigMap, keys: (map: ConfigMap) => naming(map, "ConfigMap") },
      { kind: kinds.Secret, keys: (secret: Secret) => naming(secret, "Secret") },
      {
        kind: kinds.Process,
        keys: (process: Process) => related(process, process.spec.applicationName, ports),
        when: isWishOr(memberFacts.process),
        givesWay: true,
      },
    ],
    async reconcile(key, { signal }): Promise<ReconcileResult> {
      const phase = phases.get(key);
      if (phase !== undefined && !isDeleting(phase)) return reconcile(phase, refusals, { ports, signal });
      refusals.delete(keyText(key));
      return {};
    },
  };
}

/** `refusals`: what quotas said last, by key of the phase; this is told in its next status. */
async function reconcile(
  phase: Phase,
  refusals: Map<string, string>,
  { ports, signal }: { readonly ports: ControllerPorts; readonly signal: AbortSignal },
): Promise<ReconcileResult> {
  const key = keyText(keyOf(phase));
  const known = refusals.get(key);
  const look = planned(ports.clock, () => planPhase(observe(phase, ports), known));
  const { plan, giveWayMs } = look;
  const restMs = restOf(plan.status, ports.clock.now(), look.restMs);
  await writeStatus({ api: ports.api, kind: kinds.Phase, object: phase, signal }, plan.status);
  tell(phase, plan.status, ports);
  const refusal = await writeChildren(plan.writes, { api: ports.api, signal });
  if (refusal === undefined) refusals.delete(key);
  else refusals.set(key, refusal.message);
  if (refusal !== undefined && known === undefined)
    ports.events.record(phase, "Warning", "QuotaExceeded", refusal.message);
  if (refusal?.message !== known) return { restMs, requeueAfterMs: 0 };
  const rechecks = [plan.recheckAfterMs, refusal && quotaRecheckMs].filter((ms) => ms !== undefined);
  return {
    restMs,
    ...(plan.onlyCounts && { giveWayMs }),
    ...(rechecks.length > 0 && { requeueAfterMs: Math.min(...rechecks) }),
  };
}

/** The phases of an application; phases that stand alone where there is none. */
function related(
  { metadata }: Claim | Component | Phase | Process,
  applicationName: string | undefined,
  ports: Pick<ControllerPorts, "cache">,
): readonly ObjectKey[] {
  const { namespace = "" } = metadata;
  const phases = ports.cache(kinds.Phase);
  if (applicationName !== undefined) return phases.withLabel(labels.application, applicationName, namespace).map(keyOf);
  return phases
    .list(namespace)
    .filter(({ spec }) => spec.applicationName === undefined)
    .map(keyOf);
}

function tell(phase: Phase, after: PhaseStatus, { events }: Pick<ControllerPorts, "events">): void {
  if (phase.status?.state === after.state) return;
  const message = after.conditions?.find(({ type }) => type === "Ready")?.message ?? "";
  if (after.state === "Open")
    events.record(phase, "Normal", "Opened", `open for ${after.expected?.length ?? 0} members`);
  if (after.state === "Released") events.record(phase, "Normal", "Released", message);
  if (after.state === "Failed") events.record(phase, "Warning", "Failed", message);
}

/** Whether items of the work are made of the object, or given something of it. */
function isNamed({ lines, env }: WorkTemplate, kind: "ConfigMap" | "Secret", name: string): boolean {
  const isSource = kind === "ConfigMap" && lines?.configMapKeyRef?.name === name;
  return isSource || refersTo({ env, envFrom: [], files: [] }, kind, name);
}
