import {
  type Application,
  type Claim,
  type ConfigMap,
  cleanupFinalizer,
  controllerOf,
  findCondition,
  type Hook,
  isDeleting,
  type KubeObject,
  keyOf,
  kinds,
  labels,
  type ObjectKey,
  type Phase,
  type Process,
  type Resource,
  type ResourceQuota,
  type Secret,
  type Software,
} from "../../api/index.ts";
import {
  type ChildWrite,
  type Controller,
  type ControllerPorts,
  ensureFinalizer,
  isMoreThan,
  isWishOr,
  planned,
  quotaRecheckMs,
  type ReconcileContext,
  type ReconcileResult,
  releaseFinalizer,
  writeChildren,
  writeStatus,
} from "../../controller/index.ts";
import { recordTransitions } from "../../events/index.ts";
import { memberFacts } from "../../graph/index.ts";
import type { Cache } from "../../informer/index.ts";
import { observe } from "./observe.ts";
import { type ApplicationAction, type ApplicationPlan, planApplication } from "./plan.ts";
import { restartsOn } from "./revision-plan.ts";
import { applicationStatus } from "./status-plan.ts";
import { transitions } from "./transitions.ts";
import type { ApplicationWorld } from "./world.ts";

/** Makes an application's components and phases, sums up how they do, and sees to it that nothing stays behind. */
export function makeApplicationController(ports: ControllerPorts): Controller {
  const applications = ports.cache(kinds.Application);
  return {
    name: "application",
    kind: kinds.Application,
    own: { when: isMoreThan(["conditions", "observedGeneration", "components", "phases", "readyMembers", "state"]) },
    watches: [
      { kind: kinds.Component, keys: owner, givesWay: true },
      { kind: kinds.Phase, keys: owner, when: isWishOr(phaseFacts) },
      {
        kind: kinds.Claim,
        keys: (claim: Claim) => labelled(claim),
        when: isWishOr((claim: Claim) => [memberFacts.claim(claim), memberFacts.pressure(claim)]),
        givesWay: true,
      },
      // How processes do is told by components and phases; here matter the last one's going, and what it leaves.
      { kind: kinds.Process, keys: (process: Process) => leavers(process, ports) },
      {
        kind: kinds.Software,
        keys: (software: Software) => users(software, applications.list(software.metadata.namespace)),
      },
      {
        kind: kinds.ResourceQuota,
        keys: ({ metadata }: ResourceQuota) => applications.list(metadata.namespace).filter(isRefused).map(keyOf),
      },
      { kind: kinds.Hook, keys: (hook: Hook) => askers(hook, applications.list(hook.metadata.namespace)) },
      { kind: kinds.ConfigMap, keys: (map: ConfigMap) => readers(map, "configMapKeyRef", applications) },
      { kind: kinds.Secret, keys: (secret: Secret) => readers(secret, "secretKeyRef", applications) },
      { kind: kinds.Resource, keys: () => applications.list().filter(isWaiting).map(keyOf), when: isWishOr(residueOf) },
    ],
    async reconcile(key, context) {
      const application = applications.get(key);
      return application === undefined ? {} : reconcile(application, ports, context);
    },
  };
}

async function reconcile(
  found: Application,
  ports: ControllerPorts,
  { signal }: ReconcileContext,
): Promise<ReconcileResult> {
  const { api } = ports;
  const application = await ensureFinalizer({ api, kind: kinds.Application, object: found, signal }, cleanupFinalizer);
  const look = (): Seen => {
    const world = observe(application, ports);
    return { world, plan: planApplication(world) };
  };
  const { plan: before, restMs, giveWayMs } = planned(ports.clock, look);
  const { plan } = before;
  if (plan.nothingLeft) {
    ports.events.record(application, "Normal", "Deleted", "its claims, phases and components are gone");
    await releaseFinalizer({ api, kind: kinds.Application, object: application, signal }, cleanupFinalizer);
    return {};
  }
  if (plan.lifecycle.isOutlived) {
    ports.events.record(application, "Normal", "Outlived", `it ended ${application.spec.ttlAfterFinished} ago`);
    await api.delete(kinds.Application, keyOf(application), { signal });
    return {};
  }
  // The revision stands before anything is rolled out: it is what can be gone back to.
  const writes = [revisionWrites(plan), plan.actions.map(asWrite)];
  const refusals = await inOrder(writes, (those) => writeChildren(those, { api, signal }));
  // What was just written is in the caches now, and the status tells of it.
  const seen = writes.flat().length === 0 ? before : look();
  const status = applicationStatus(seen.world, seen.plan, refusals[0]?.message);
  await writeStatus({ api, kind: kinds.Application, object: application, signal }, status);
  recordTransitions(ports.events, application, transitions(application, status));
  const quotaMs = refusals.length > 0 ? quotaRecheckMs : undefined;
  const rechecks = [plan.lifecycle.recheckAfterMs, plan.rollout.recheckAfterMs, quotaMs].filter(
    (ms) => ms !== undefined,
  );
  return { restMs, giveWayMs, ...(rechecks.length > 0 && { requeueAfterMs: Math.min(...rechecks) }) };
}

/** What each gives that gives anything, one after another. */
async function inOrder<T, R>(all: readonly T[], call: (one: T) => Promise<R | undefined>): Promise<readonly R[]> {
  const given: R[] = [];
  for (const one of all) {
    const result = await call(one);
    if (result !== undefined) given.push(result);
  }
  return given;
}

/** There may be room now. */
function isRefused({ status }: Application): boolean {
  return findCondition(status?.conditions, "Reconciling")?.reason === "QuotaExceeded";
}

interface Seen {
  readonly world: ApplicationWorld;
  readonly plan: ApplicationPlan;
}

function revisionWrites({ rollout, lifecycle }: ApplicationPlan): readonly ChildWrite[] {
  if (lifecycle.stage === "Deleting") return [];
  const kind = kinds.ApplicationRevision;
  return [
    ...rollout.remove.map((object): ChildWrite => ({ verb: "delete", kind, object })),
    ...(rollout.create === undefined ? [] : [{ verb: "create" as const, kind, object: rollout.create }]),
  ];
}

function asWrite({ verb, child }: ApplicationAction): ChildWrite {
  return { verb, kind: child.kind === "Component" ? kinds.Component : kinds.Phase, object: child };
}

function owner(child: KubeObject): readonly ObjectKey[] {
  const reference = controllerOf(child);
  if (reference?.kind !== "Application") return [];
  return [{ namespace: child.metadata.namespace ?? "", name: reference.name }];
}

function labelled({ metadata }: KubeObject): readonly ObjectKey[] {
  const name = metadata.labels?.[labels.application];
  return name === undefined ? [] : [{ namespace: metadata.namespace ?? "", name }];
}

function leavers(process: Process, ports: ControllerPorts): readonly ObjectKey[] {
  return labelled(process).filter((key) => {
    const application = ports.cache(kinds.Application).get(key);
    const state = application?.status?.state;
    return application !== undefined && (isDeleting(application) || hasEnded(state));
  });
}

function users({ metadata }: Software, applications: readonly Application[]): readonly ObjectKey[] {
  const names = (application: Application) => application.spec.components.flatMap(({ software }) => software);
  return applications.filter((it) => names(it).includes(metadata.name ?? "")).map(keyOf);
}

function askers({ metadata }: Hook, applications: readonly Application[]): readonly ObjectKey[] {
  return applications.filter(({ spec }) => spec.recovery.hooks.includes(metadata.name ?? "")).map(keyOf);
}

const ends: ReadonlySet<string | undefined> = new Set(["Complete", "Failed", "Expired"]);

function hasEnded(state: string | undefined): boolean {
  return ends.has(state);
}

/** Applications that restart processes when the object changes. */
function readers(
  { metadata }: KubeObject,
  field: "configMapKeyRef" | "secretKeyRef",
  applications: Cache<Application>,
): readonly ObjectKey[] {
  const reads = ({ spec }: Application): boolean =>
    spec.phases.some(({ processes }) =>
      processes.some(({ files }) => files.some((file) => restartsOn(file) && file[field]?.name === metadata.name)),
    );
  return applications.list(metadata.namespace).filter(reads).map(keyOf);
}

/** Of machines only what is left on them matters, to applications that have let go. */
function residueOf({ status }: Resource): readonly unknown[] {
  return [status?.residue];
}

/** How far a phase has come is told by components. */
function phaseFacts({ status }: Phase): readonly unknown[] {
  const ready = findCondition(status?.conditions, "Ready");
  const stalled = findCondition(status?.conditions, "Stalled");
  return [status?.state, status?.failed, status?.revisions, status?.release, ready?.lastTransitionTime, stalled];
}

function isWaiting({ status }: Application): boolean {
  return status?.conditions?.some(({ reason }) => reason === "CleanupDeferred" || reason === "CleaningUp") === true;
}
