import {
  type Claim,
  type Component,
  controllerOf,
  type KindInfo,
  type KubeObject,
  kinds,
  type Process,
  type Resource,
  type ResourcePool,
  usingPool,
} from "../api/index.ts";
import { isBare, isSpare } from "../graph/index.ts";
import { defaultPools, summarizeRefusals } from "../match/index.ts";
import type { ApiObject, Backend } from "./backend.ts";
import { reservationRefusal } from "./binding-plan.ts";
import type { MemberWorld } from "./eviction-plan.ts";
import { prefixOf } from "./keys.ts";
import { findLive, type Live } from "./objects.ts";

/** What deciding about an eviction needs, at the head of the store: others may be deciding too. */

/** The claim under which a process runs; undefined where it has none. */
export function claimOf(backend: Backend, process: Process): Live | undefined {
  const { namespace = "", name = "" } = process.metadata;
  const live = findLive(backend, kinds.Claim, {
    namespace,
    name: isBare(process) ? name : (process.spec.claimName ?? ""),
  });
  if (live === undefined) return undefined;
  const isOwn = isBare(process)
    ? controllerOf(live.object)?.uid === process.metadata.uid
    : live.object.metadata.uid === process.spec.claimUid;
  return isOwn ? live : undefined;
}

/** A member, those beside it, and its machine. */
export function memberWorld(backend: Backend, live: Live): MemberWorld {
  const claim = typed<Claim>(live.object);
  const { namespace = "" } = claim.metadata;
  const component = find<Component>(backend, kinds.Component, namespace, claim.spec.componentName);
  const bound = find<Resource>(backend, kinds.Resource, "", claim.spec.resourceName);
  const resource = bound?.metadata.uid === claim.spec.resourceUid ? bound : undefined;
  const nowhere = resource?.spec.unschedulable === true ? nowhereFor(backend, claim, component) : undefined;
  const isSibling = (one: KubeObject): boolean =>
    component !== undefined && controllerOf(one)?.uid === component.metadata.uid;
  return {
    claim,
    ...(component !== undefined && { component }),
    siblings: component === undefined ? [claim] : allOf<Claim>(backend, kinds.Claim, namespace).filter(isSibling),
    stopping: stoppingIn(backend, namespace, claim.spec.componentName),
    ...(resource !== undefined && { resource }),
    ...(nowhere !== undefined && { nowhere }),
  };
}

function stoppingIn(backend: Backend, namespace: string, componentName: string | undefined): ReadonlySet<string> {
  if (componentName === undefined) return new Set();
  const stopping = allOf<Process>(backend, kinds.Process, namespace).filter(
    ({ metadata, spec }) => spec.componentName === componentName && metadata.deletionTimestamp !== undefined,
  );
  return new Set(stopping.flatMap(({ spec }) => spec.claimUid ?? []));
}

/** Why none of the machines that may be asked takes the claim; undefined: one does. */
function nowhereFor(backend: Backend, claim: Claim, component: Component | undefined): string | undefined {
  const pools = new Map(allOf<ResourcePool>(backend, kinds.ResourcePool).map((pool) => [pool.metadata.name, pool]));
  const { pool, pools: several } = component?.spec.resources ?? {};
  const wanted = several ?? (pool === undefined ? defaultPools([...pools.values()]) : [pool]);
  const machines = allOf<Resource>(backend, kinds.Resource).filter(
    (one) => one.metadata.uid !== claim.spec.resourceUid && wanted.includes(usingPool(one) ?? ""),
  );
  const spares = sparesFor(backend, claim, component);
  const refusals = machines.map((resource) =>
    reservationRefusal(claim, component, {
      resource: withoutClaims(resource, spares),
      pool: pools.get(usingPool(resource)),
    }),
  );
  const named = refusals.filter((refusal) => refusal !== undefined);
  return named.length < refusals.length ? undefined : summarizeRefusals(named, named.length);
}

/** uids of the spares whose place the claim may take over. */
function sparesFor(backend: Backend, claim: Claim, component: Component | undefined): ReadonlySet<string> {
  const { namespace, uid } = claim.metadata;
  if (component === undefined || component.spec.spares === 0 || isSpare(claim)) return new Set();
  const others = allOf<Claim>(backend, kinds.Claim, namespace).filter((one) => one.metadata.uid !== uid);
  const own = others.filter((one) => isSpare(one) && controllerOf(one)?.uid === component.metadata.uid);
  return new Set(own.flatMap(({ metadata }) => metadata.uid ?? []));
}

function withoutClaims(resource: Resource, uids: ReadonlySet<string>): Resource {
  const held = resource.status?.allocations ?? [];
  const kept = held.filter(({ claimUid }) => !uids.has(claimUid));
  return kept.length === held.length ? resource : { ...resource, status: { ...resource.status, allocations: kept } };
}

/** At the head of the store, where writes are decided. */
function allOf<T extends KubeObject>(backend: Backend, kind: KindInfo<T>, namespace?: string): readonly T[] {
  const { entries } = backend.store.list(prefixOf(kind, kind.namespaced ? namespace : undefined));
  return entries.flatMap(({ key }) => {
    const [name = "", place = ""] = key.split("/").reverse();
    return find<T>(backend, kind, kind.namespaced ? place : "", name) ?? [];
  });
}

function find<T>(backend: Backend, kind: KindInfo, namespace: string, name: string | undefined): T | undefined {
  if (name === undefined || name === "") return undefined;
  const live = findLive(backend, kind, { namespace, name });
  return live && typed<T>(live.object);
}

/** What was stored was decoded when it was written. */
function typed<T>(object: ApiObject): T {
  return object as unknown as T;
}
