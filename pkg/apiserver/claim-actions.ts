import {
  type Claim,
  type Component,
  isTrue,
  type KindInfo,
  type KubeObject,
  kinds,
  type ObjectKey,
  type Resource,
  type ResourcePool,
  usingPool,
} from "../api/index.ts";
import { formatTimestamp } from "../clock/index.ts";
import { isObject } from "../merge/index.ts";
import type { Backend } from "./backend.ts";
import { type BindingRequest, deferRemoval, dropAllocation, planBinding } from "./binding-plan.ts";
import { badRequest, conflict } from "./errors.ts";
import { evictClaim, readEviction } from "./evict.ts";
import type { ObjectActions } from "./object-actions.ts";
import { asApiObject } from "./object-state.ts";
import { commit, findLive, getLive, type Live, type Put } from "./objects.ts";
import { type PreemptionRequest, planPreemption } from "./preemption-plan.ts";

/**
 * claims/NAME/binding, claims/NAME/release and claims/NAME/preemption: a claim's place on a machine changes in one commit
 * over both.
 * claims/NAME/eviction: it is asked to leave.
 */
export function claimActions(backend: Backend): ObjectActions {
  return {
    "claims/binding": ({ key, body, dryRun }) => bind(backend, key, readBinding(body), dryRun),
    "claims/eviction": ({ key, body, dryRun }) => evictClaim(backend, key, readEviction(body, key, dryRun)),
    "claims/preemption": ({ key, body, dryRun }) => preempt(backend, key, readPreemption(body), dryRun),
    "claims/release": ({ key, body, dryRun }) => release(backend, key, readRelease(body), dryRun),
  };
}

/** Reserves a machine for a claim. Everything up to the commit happens in one turn: nobody can take the place between. */
async function bind(backend: Backend, key: ObjectKey, request: BindingRequest, dryRun: boolean): Promise<KubeObject> {
  const live = getLive(backend, kinds.Claim, key);
  const claim = typed<Claim>(live);
  const { componentName } = claim.spec;
  const component = find<Component>(backend, kinds.Component, { ...key, name: componentName ?? "" });
  const resource = find<Resource>(backend, kinds.Resource, clusterKey(request.resourceName));
  const pool = find<ResourcePool>(
    backend,
    kinds.ResourcePool,
    clusterKey((resource && usingPool(resource.object)) ?? ""),
  );
  const old = boundResource(backend, claim);
  const { spare: wanted } = request;
  const spare = wanted && find<Claim>(backend, kinds.Claim, { ...key, name: wanted.name });
  const plan = planBinding({
    claim,
    resource: resource?.object,
    ...(component !== undefined && { component: component.object }),
    ...(pool !== undefined && { pool: pool.object }),
    ...(old !== undefined && { oldResource: old.object }),
    ...(spare !== undefined && { spare: spare.object }),
    request,
    epochFloor: backend.store.epochFloor,
    now: formatTimestamp(backend.clock.now()),
  });
  if ("refusal" in plan) throw conflict(kinds.Claim, key.name, plan.refusal);
  if (dryRun) return plan.claim;
  const puts: readonly Put[] = [
    { kind: kinds.Claim, key, live, next: asApiObject(plan.claim) },
    put(kinds.Resource, resource, plan.resource),
    ...(plan.oldResource === undefined ? [] : [put(kinds.Resource, old, plan.oldResource)]),
    // Nothing is left for its finalizer to do: what it held is the claim's from this commit on.
    ...(spare === undefined
      ? []
      : [{ kind: kinds.Claim, key: { ...key, name: wanted?.name ?? "" }, live: spare.live, next: undefined }]),
  ];
  const isRescue = old !== undefined && !isTrue(old.object.status?.conditions, "Ready");
  const [bound] = await commit(backend, puts, { isRescue });
  return bound?.object ?? plan.claim;
}

interface ReleaseRequest {
  /** The machine cannot be reached: what the claim held there is removed later. */
  readonly defer: boolean;
  readonly reason: string;
}

/** Gives a claim's place back. Answers the claim, also where there was nothing to give back. */
async function release(
  backend: Backend,
  key: ObjectKey,
  request: ReleaseRequest,
  dryRun: boolean,
): Promise<KubeObject> {
  const live = getLive(backend, kinds.Claim, key);
  const resource = boundResource(backend, typed<Claim>(live));
  if (resource === undefined || dryRun) return live.object;
  const next = request.defer
    ? deferRemoval(resource.object, live.object, request.reason, formatTimestamp(backend.clock.now()))
    : dropAllocation(resource.object, live.object);
  if (next !== resource.object) await commit(backend, [put(kinds.Resource, resource, next)]);
  return live.object;
}

/** Takes a claim's machine away, for one that is more important. */
async function preempt(
  backend: Backend,
  key: ObjectKey,
  request: PreemptionRequest,
  dryRun: boolean,
): Promise<KubeObject> {
  const live = getLive(backend, kinds.Claim, key);
  const claim = typed<Claim>(live);
  const resource = boundResource(backend, claim);
  const now = formatTimestamp(backend.clock.now());
  const plan = planPreemption({ claim, resource: resource?.object, request, now });
  if ("refusal" in plan) throw conflict(kinds.Claim, key.name, plan.refusal);
  if (dryRun) return plan.claim;
  const [taken] = await commit(backend, [
    { kind: kinds.Claim, key, live, next: asApiObject(plan.claim) },
    put(kinds.Resource, resource, plan.resource),
  ]);
  return taken?.object ?? plan.claim;
}

interface Found<T> {
  readonly live: Live;
  readonly object: T;
}

function boundResource(backend: Backend, { spec }: Claim): Found<Resource> | undefined {
  const found = find<Resource>(backend, kinds.Resource, clusterKey(spec.resourceName ?? ""));
  return found?.object.metadata.uid === spec.resourceUid ? found : undefined;
}

function find<T extends KubeObject>(backend: Backend, kind: KindInfo<T>, key: ObjectKey): Found<T> | undefined {
  const live = key.name === "" ? undefined : findLive(backend, kind, key);
  return live && { live, object: typed<T>(live) };
}

function typed<T extends KubeObject>(live: Live): T {
  return live.object as unknown as T;
}

function clusterKey(name: string): ObjectKey {
  return { namespace: "", name };
}

function put(kind: KindInfo, found: Found<KubeObject> | undefined, next: KubeObject): Put {
  const { name = "", namespace = "" } = next.metadata;
  return { kind, key: { namespace, name }, live: found?.live, next: asApiObject(next) };
}

function readBinding(body: unknown): BindingRequest {
  if (!isObject(body)) throw badRequest("the body must be a Binding");
  const { resourceName, resourceUid, epoch, expectedEpoch, reason, spare } = body;
  if (typeof resourceName !== "string" || typeof resourceUid !== "string")
    throw badRequest("a Binding needs resourceName and resourceUid");
  return {
    resourceName,
    resourceUid,
    ...(typeof epoch === "number" && { epoch }),
    ...(typeof expectedEpoch === "number" && { expectedEpoch }),
    ...(typeof reason === "string" && { reason }),
    ...(spare !== undefined && { spare: readSpare(spare) }),
  };
}

function readSpare(value: unknown): NonNullable<BindingRequest["spare"]> {
  if (!isObject(value) || typeof value["name"] !== "string" || typeof value["uid"] !== "string")
    throw badRequest("the spare of a Binding needs name and uid");
  return { name: value["name"], uid: value["uid"] };
}

function readPreemption(body: unknown): PreemptionRequest {
  if (!isObject(body)) throw badRequest("the body must be a Preemption");
  const { epoch, resourceUid, message } = body;
  if (typeof epoch !== "number" || typeof resourceUid !== "string" || typeof message !== "string")
    throw badRequest("a Preemption needs epoch, resourceUid and message");
  return { epoch, resourceUid, message };
}

function readRelease(body: unknown): ReleaseRequest {
  if (!isObject(body) || typeof body["defer"] !== "boolean") throw badRequest("a release needs defer: true or false");
  const { defer, reason } = body;
  return { defer, reason: typeof reason === "string" ? reason : "" };
}
