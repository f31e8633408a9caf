import {
  type Claim,
  type Component,
  type KindInfo,
  type KubeObject,
  keyOf,
  kinds,
  mustDecode,
  type ObjectKey,
  type Resource,
  usingPool,
} from "../api/index.ts";
import {
  type BindingRequest,
  deferRemoval,
  dropAllocation,
  type PreemptionRequest,
  planBinding,
  planPreemption,
} from "../apiserver/index.ts";
import type { ApiClient, ObjectList, Patch, WatchEvent, WriteOptions } from "../client/index.ts";
import { type Clock, formatTimestamp } from "../clock/index.ts";
import { applyMergePatch, equalJson, isObject } from "../merge/index.ts";
import { StatusError } from "../status/index.ts";
import type { QuotaCount } from "./quota-count.ts";
import type { World } from "./world.ts";

/** Told before anything changes, while everything is as it was when it was decided. */
export interface PlacementListener {
  bound(claim: Claim, request: BindingRequest): void;
  /** Its machine is taken for another one. */
  preempted(claim: Claim, request: PreemptionRequest): void;
}

export interface WorldClientParts {
  readonly clock: Clock;
  /** Told by the world of what is written. */
  readonly quotas: QuotaCount;
  readonly listener: PlacementListener;
}

/** The API to a forecast's world, as far as controllers use it: nothing leaves the world. */
export class WorldClient implements ApiClient {
  readonly #world: World;
  readonly #clock: Clock;
  readonly #quotas: QuotaCount;
  readonly #listener: PlacementListener;
  #uids = 0;

  constructor(world: World, { clock, quotas, listener }: WorldClientParts) {
    this.#world = world;
    this.#clock = clock;
    this.#quotas = quotas;
    this.#listener = listener;
  }

  async get<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey): Promise<T> {
    return this.#live(kind, key);
  }

  async list<T extends KubeObject>(kind: KindInfo<T>): Promise<ObjectList<T>> {
    return { metadata: { resourceVersion: "0" }, items: this.#world.cache(kind).list() };
  }

  async create<T extends KubeObject>(kind: KindInfo<T>, object: KubeObject): Promise<T> {
    if (this.#world.cache(kind).get(keyOf(object)) !== undefined)
      throw new StatusError("AlreadyExists", `${kind.plural} ${JSON.stringify(object.metadata.name)} already exists`);
    const metadata = {
      ...object.metadata,
      uid: this.newUid(),
      generation: 1,
      creationTimestamp: formatTimestamp(this.#clock.now()),
    };
    const after = mustDecode(kind, { ...object, metadata });
    this.#quotas.check({ kind, before: undefined, after });
    return this.#world.put(kind, after);
  }

  async update<T extends KubeObject>(kind: KindInfo<T>, object: KubeObject, options: WriteOptions = {}): Promise<T> {
    const live = this.#live(kind, keyOf(object));
    const { resourceVersion } = object.metadata;
    if (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion)
      throw new StatusError("Conflict", `${kind.plural} ${JSON.stringify(live.metadata.name)} has been modified`);
    return this.#write(kind, live, object, options.subresource === "status");
  }

  async patch<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey, patch: Patch): Promise<T> {
    if (patch.type !== "merge") throw new StatusError("InternalError", `a forecast knows no ${patch.type} patch`);
    const live = this.#live(kind, key);
    return this.#write(kind, live, applyMergePatch(live, patch.body) as unknown as KubeObject, false);
  }

  async delete<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey): Promise<T | undefined> {
    const live = this.#live(kind, key);
    this.#world.removeOrMark(kind, live, formatTimestamp(this.#clock.now()));
    return this.#world.cache(kind).get(key);
  }

  async *watch<T extends KubeObject>(): AsyncGenerator<WatchEvent<T>> {
    yield* [];
    throw new StatusError("InternalError", "a forecast is not watched");
  }

  async post(_kind: KindInfo, key: ObjectKey, subresource: string, body: unknown): Promise<unknown> {
    const claim = this.#live(kinds.Claim, key);
    if (subresource === "binding") return this.#bind(claim, body as BindingRequest);
    if (subresource === "preemption") return this.#preempt(claim, body as PreemptionRequest);
    if (subresource !== "release") throw new StatusError("NotFound", `claims/${subresource}`);
    const resource = this.#world.cache(kinds.Resource).byUid(claim.spec.resourceUid ?? "");
    if (resource === undefined) return claim;
    const isLater = isObject(body) && body["defer"] === true;
    const next = isLater
      ? deferRemoval(resource, claim, "Released", formatTimestamp(this.#clock.now()))
      : dropAllocation(resource, claim);
    if (next !== resource) this.#world.put(kinds.Resource, next);
    return claim;
  }

  /** Of an object that only the forecast has. */
  newUid(): string {
    return `forecast-${++this.#uids}`;
  }

  #bind(claim: Claim, request: BindingRequest): Claim {
    const { world, cluster } = { world: this.#world, cluster: (name: string) => ({ namespace: "", name }) };
    const resource = world.cache(kinds.Resource).get(cluster(request.resourceName));
    const oldResource = world.cache(kinds.Resource).byUid(claim.spec.resourceUid ?? "");
    const component = componentOf(claim, world);
    const pool = world.cache(kinds.ResourcePool).get(cluster((resource && usingPool(resource)) ?? ""));
    const { namespace = "" } = claim.metadata;
    const spareKey = { namespace, name: request.spare?.name ?? "" };
    const spare = request.spare && world.cache(kinds.Claim).get(spareKey);
    const plan = planBinding({
      claim,
      resource,
      ...(component !== undefined && { component }),
      ...(pool !== undefined && { pool }),
      ...(oldResource !== undefined && { oldResource }),
      ...(spare !== undefined && { spare }),
      request,
      now: formatTimestamp(this.#clock.now()),
    });
    if ("refusal" in plan) throw new StatusError("Conflict", plan.refusal);
    this.#quotas.check({ kind: kinds.Claim, before: claim, after: plan.claim });
    this.#listener.bound(claim, request);
    const changed: readonly (Resource | undefined)[] = [plan.resource, plan.oldResource];
    if (spare !== undefined) world.remove(kinds.Claim, spare);
    for (const one of changed) if (one !== undefined) world.put(kinds.Resource, one);
    return world.put(kinds.Claim, plan.claim);
  }

  /** What it held is gone at once: machines do here what they are told. */
  #preempt(claim: Claim, request: PreemptionRequest): Claim {
    const resource = this.#world.cache(kinds.Resource).byUid(claim.spec.resourceUid ?? "");
    const plan = planPreemption({ claim, resource, request, now: formatTimestamp(this.#clock.now()) });
    if ("refusal" in plan) throw new StatusError("Conflict", plan.refusal);
    this.#listener.preempted(claim, request);
    const taken = this.#world.put(kinds.Claim, plan.claim);
    if (resource !== undefined) this.#world.put(kinds.Resource, dropAllocation(resource, claim));
    return taken;
  }

  #write<T extends KubeObject>(kind: KindInfo<T>, live: T, object: KubeObject, isStatus: boolean): T {
    const [was, is] = [parts(live), parts(object)];
    if (isStatus) return this.#world.put(kind, { ...live, status: is.status } as T);
    const isOther = !equalJson(was.rest, is.rest);
    const { resourceVersion: _version, ...metadata } = object.metadata;
    const generation = (live.metadata.generation ?? 1) + (isOther ? 1 : 0);
    const next = {
      ...object,
      metadata: { ...metadata, generation },
      ...(was.status !== undefined && { status: was.status }),
    } as T;
    const isLast = (next.metadata.finalizers ?? []).length === 0 && next.metadata.deletionTimestamp !== undefined;
    if (isLast) this.#world.remove(kind, live);
    if (isLast) return next;
    this.#quotas.check({ kind, before: live, after: next });
    return this.#world.put(kind, next);
  }

  #live<T extends KubeObject>(kind: KindInfo<T>, key: ObjectKey): T {
    const live = this.#world.cache(kind).get(key);
    if (live === undefined) throw new StatusError("NotFound", `${kind.plural} ${JSON.stringify(key.name)} not found`);
    return live;
  }
}

/** Status, and all but status and metadata. */
function parts(object: KubeObject): { readonly status: unknown; readonly rest: object } {
  const { metadata: _metadata, status, ...rest } = object as KubeObject & { readonly status?: unknown };
  return { status, rest };
}

function componentOf({ spec, metadata }: Claim, world: World): Component | undefined {
  if (spec.componentName === undefined) return undefined;
  return world.cache(kinds.Component).get({ namespace: metadata.namespace ?? "", name: spec.componentName });
}
