import {
  type Claim,
  type Component,
  type Condition,
  conditionsOf,
  controllerOf,
  type KubeObject,
  labels,
  type Phase,
  type Process,
  type Resource,
  type ResourcePool,
  type Software,
} from "../api/index.ts";

/** What can be a cause of something: all that one namespace holds, and the machines. */
export interface CauseWorld {
  readonly components: readonly Component[];
  readonly claims: readonly Claim[];
  readonly phases: readonly Phase[];
  readonly processes: readonly Process[];
  readonly software: readonly Software[];
  readonly resources: readonly Resource[];
  readonly pools: readonly ResourcePool[];
}

/** One link of the chain: an object, and what it says of itself. */
export interface Cause {
  readonly object: KubeObject;
  readonly words: string;
}

/**
 * From an object to the root of its trouble: each link is the first thing, in the order in which an application comes up,
 * that keeps the one before it from being well. Only the first link may be well itself. Pure.
 */
export function causesOf(start: KubeObject, world: CauseWorld): readonly Cause[] {
  const chain: Cause[] = [];
  const seen = new Set<string | undefined>();
  let object: KubeObject | undefined = start;
  while (object !== undefined && !seen.has(object.metadata.uid)) {
    seen.add(object.metadata.uid);
    chain.push({ object, words: wordsOf(object) });
    object = isWell(object) && chain.length === 1 ? undefined : nextCause(object, world);
  }
  return chain;
}

/** True where it says that it is ready, and that nothing needs a person. */
export function isWell(object: KubeObject): boolean {
  const conditions = conditionsOf(object);
  const is = (type: string): string | undefined => conditions.find((one) => one.type === type)?.status;
  return is("Ready") === "True" && is("Stalled") !== "True";
}

function wordsOf(object: KubeObject): string {
  const conditions = conditionsOf(object);
  const stalled = conditions.find(({ type, status }) => type === "Stalled" && status === "True");
  const ready = conditions.find(({ type }) => type === "Ready");
  const told = stalled ?? (ready?.status === "True" ? undefined : ready);
  if (told !== undefined) return sentence(told);
  return ready === undefined ? "says nothing of itself yet" : "is ready";
}

function sentence({ reason, message }: Condition): string {
  return message === "" || message === undefined ? reason : `${reason}: ${message}`;
}

function nextCause(object: KubeObject, world: CauseWorld): KubeObject | undefined {
  switch (object.kind) {
    case "Application":
      return ofApplication(object, world);
    case "Component":
      return stalled(claimsOf(object, world)) ?? first(claimsOf(object, world));
    case "Phase":
      return ofPhase(object as Phase, world);
    case "Claim":
      return ofClaim(object as Claim, world);
    case "Process":
      return ofProcess(object as Process, world);
    case "Resource":
      return world.pools.find(
        (pool) => pool.metadata.name === (object as Resource).spec.poolName && pool.status?.braked === true,
      );
    case "ResourcePool":
      return first(world.resources.filter(({ spec }) => spec.poolName === object.metadata.name));
    default:
      return undefined;
  }
}

/** The first that is not well. */
function first<T extends KubeObject>(objects: readonly T[]): T | undefined {
  return objects.find((object) => !isWell(object));
}

/** The first that needs a person: others may wait for that one. */
function stalled<T extends KubeObject>(objects: readonly T[]): T | undefined {
  return objects.find((object) =>
    conditionsOf(object).some(({ type, status }) => type === "Stalled" && status === "True"),
  );
}

function ofApplication(application: KubeObject, world: CauseWorld): KubeObject | undefined {
  const own = <T extends KubeObject>(objects: readonly T[]): readonly T[] =>
    objects.filter((object) => controllerOf(object)?.uid === application.metadata.uid);
  const phases = own(world.phases);
  const failed = phases.find(({ status }) => status?.state === "Failed");
  if (failed !== undefined) return failed;
  return first(own(world.components)) ?? phases.find(({ status }) => status?.state === "Open") ?? first(phases);
}

function claimsOf(component: KubeObject, { claims }: CauseWorld): readonly Claim[] {
  return claims
    .filter((claim) => controllerOf(claim)?.uid === component.metadata.uid)
    .sort((left, right) => (left.spec.ordinal ?? 0) - (right.spec.ordinal ?? 0));
}

/** What it waits for: an earlier phase, a component, or the first member that has not entered. */
function ofPhase(phase: Phase, world: CauseWorld): KubeObject | undefined {
  const { spec, status } = phase;
  const siblings = world.phases.filter((it) => it.spec.applicationName === spec.applicationName);
  const before = siblings.find((it) => spec.after.includes(it.spec.phase) && it.status?.state !== "Released");
  if (before !== undefined) return before;
  const member = status?.failed?.[0] ?? missing(phase)[0];
  const isOf = (process: Process): boolean =>
    process.spec.phaseName === phase.metadata.name &&
    process.spec.component === member?.component &&
    process.spec.ordinal === member?.ordinal;
  const process = first(world.processes.filter(isOf));
  if (process !== undefined) return process;
  const components = world.components.filter((it) => it.spec.applicationName === spec.applicationName);
  return first(components.filter((it) => spec.components.includes(it.spec.name)));
}

function missing({ status }: Phase): readonly { readonly component: string; readonly ordinal: number }[] {
  const has = ({ component, ordinal }: { readonly component: string; readonly ordinal: number }): boolean =>
    (status?.entered ?? []).some((one) => one.component === component && one.ordinal === ordinal);
  return (status?.expected ?? []).filter((one) => !has(one));
}

/** Its machine, a package that does not get there, or a process that is not well. */
function ofClaim(claim: Claim, world: CauseWorld): KubeObject | undefined {
  const { spec, status, metadata } = claim;
  const resource = world.resources.find((it) => it.metadata.uid === spec.resourceUid);
  if (resource !== undefined && !isWell(resource)) return resource;
  const waiting = (status?.software ?? []).filter(({ state }) => state !== "Installed").map(({ name }) => name);
  const component = world.components.find((it) => it.metadata.uid === controllerOf(claim)?.uid);
  const names = waiting.length > 0 ? waiting : (component?.spec.software ?? []);
  const software = first(world.software.filter((it) => names.includes(it.metadata.name ?? "")));
  if (software !== undefined) return software;
  if (spec.resourceUid === undefined) return undefined;
  const processes = world.processes.filter((it) => it.spec.claimUid === metadata.uid);
  return first(processes) ?? waitingPhase(claim, world);
}

/** A member that has nothing to do yet waits for a phase. */
function waitingPhase({ metadata }: Claim, { phases }: CauseWorld): Phase | undefined {
  const application = metadata.labels?.[labels.application];
  if (application === undefined) return undefined;
  return phases.find((it) => it.spec.applicationName === application && it.status?.state === "Open");
}

/** Its machine or its claim, where these are what is wrong; otherwise it is the root itself. */
function ofProcess({ spec }: Process, { resources, claims }: CauseWorld): KubeObject | undefined {
  const claim = claims.find(({ metadata }) => metadata.uid === spec.claimUid);
  const resource = resources.find((it) => it.metadata.uid === claim?.spec.resourceUid);
  if (resource !== undefined && !isWell(resource)) return resource;
  return claim !== undefined && claim.spec.resourceUid === undefined ? claim : undefined;
}
