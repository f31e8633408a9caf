import {
  type Claim,
  type Component,
  controllerOf,
  keyOf,
  kinds,
  labels,
  type ObjectKey,
  type Phase,
  type Process,
  type Resource,
  type ResourcePool,
  type ResourceQuota,
  type Software,
} from "../../api/index.ts";
import { type Controller, isBeyondBarriers, isWish } from "../../controller/index.ts";
import type { Fabric } from "../../fabric/index.ts";
import { isBound } from "../../graph/index.ts";
import type { ClaimPorts } from "./observe.ts";
import { byPriority } from "./priority.ts";
import { hasMoreRoom, mayTake } from "./room.ts";

/** Changes of other objects that may matter to claims. */
export function claimSources(ports: ClaimPorts): NonNullable<Controller["watches"]> {
  const claims = ports.cache(kinds.Claim);
  return [
    { kind: kinds.Claim, keys: (claim: Claim) => failedSiblings(claim, ports), when: isWellAgain },
    { kind: kinds.Resource, keys: claimsOn },
    {
      kind: kinds.Resource,
      keys: (resource: Resource) => (mayTake(resource) ? waiting(claims.list(), ports) : []),
      when: hasMoreRoom,
    },
    { kind: kinds.ResourcePool, keys: () => waiting(claims.list(), ports), when: isOtherPool },
    {
      kind: kinds.ResourceQuota,
      keys: ({ metadata }: ResourceQuota) => waiting(claims.list(metadata.namespace), ports),
    },
    {
      kind: kinds.Component,
      keys: (component: Component) => claims.ownedBy(component.metadata.uid ?? "").map(keyOf),
      when: isWish,
    },
    { kind: kinds.Process, keys: (process: Process) => claimOf(process, ports), when: isBeyondBarriers },
    { kind: kinds.Phase, keys: (phase: Phase) => ofApplication(phase, ports), when: isWish },
    { kind: kinds.Software, keys: (software: Software) => usersOf(software, ports) },
  ];
}

/**
 * A machine's reports are those of its claims, but for how their processes are: that is told by those. What a hook answers is
 * about one.
 */
export function claimSignals(
  ports: ClaimPorts,
  fabric: Pick<Fabric, "subscribe" | "observe">,
  enqueue: (key: ObjectKey) => void,
): () => void {
  const resources = ports.cache(kinds.Resource);
  const answering = new Set<string>();
  /** A machine that answers anew takes work again, also where its Resource has said so all the time. */
  const isBack = (uid: string): boolean => {
    const observation = fabric.observe(uid);
    const answers = observation.state === "connected" && !observation.suspect;
    const isNew = answers && !answering.has(uid);
    if (answers) answering.add(uid);
    else answering.delete(uid);
    return isNew;
  };
  const unsubscribe = fabric.subscribe((uid, news) => {
    const resource = resources.byUid(uid);
    if (resource === undefined || news === "runs") return;
    for (const key of claimsOn(resource)) enqueue(key);
    if (isBack(uid)) for (const key of waiting(ports.cache(kinds.Claim).list(), ports)) enqueue(key);
  });
  const deafen = ports.hooks.onAnswer(enqueue);
  return () => {
    unsubscribe();
    deafen();
  };
}

function claimsOn({ status }: Resource): readonly ObjectKey[] {
  return (status?.allocations ?? []).map(({ namespace, claimName }) => ({ namespace, name: claimName }));
}

/** Where one is well, another's turn to be replaced may come; and that it works there tells whose fault a failure is. */
function isWellAgain({ status: before }: Claim, { status: after }: Claim): boolean {
  const isReady = after?.state === "Ready" && before?.state !== "Ready";
  return isReady || (before?.failure !== undefined && after?.failure === undefined);
}

function failedSiblings(claim: Claim, ports: ClaimPorts): readonly ObjectKey[] {
  const failed = ports.cache(kinds.Claim).index(ownersOfFailed);
  return failed(controllerOf(claim)?.uid ?? "").map(keyOf);
}

/** Of a thousand members that become ready one after another, few or none have failed. */
const ownersOfFailed = (claim: Claim): readonly string[] =>
  claim.status?.failure === undefined ? [] : [controllerOf(claim)?.uid ?? ""];

function isOtherPool(before: ResourcePool, after: ResourcePool): boolean {
  return isWish(before, after) || before.status?.braked !== after.status?.braked;
}

/** Claims that need a machine, their first or another; the most important come first. */
function waiting(claims: readonly Claim[], ports: ClaimPorts): readonly ObjectKey[] {
  const found = claims.filter((claim) => !isBound(claim) || claim.status?.failure !== undefined);
  return byPriority(found, ports).map(keyOf);
}

function claimOf(process: Process, ports: ClaimPorts): readonly ObjectKey[] {
  const { claimName } = process.spec;
  if (claimName !== undefined) return [{ namespace: process.metadata.namespace ?? "", name: claimName }];
  return ports
    .cache(kinds.Claim)
    .ownedBy(process.metadata.uid ?? "")
    .map(keyOf);
}

function ofApplication({ spec, metadata }: Phase, ports: ClaimPorts): readonly ObjectKey[] {
  const { applicationName } = spec;
  if (applicationName === undefined) return [];
  return ports
    .cache(kinds.Claim)
    .withLabel(labels.application, applicationName, metadata.namespace ?? "")
    .map(keyOf);
}

function usersOf({ metadata }: Software, ports: ClaimPorts): readonly ObjectKey[] {
  const { namespace = "", name = "" } = metadata;
  const components = ports.cache(kinds.Component).list(namespace);
  const using = new Set(components.filter(({ spec }) => spec.software.includes(name)).map((one) => one.metadata.uid));
  return ports
    .cache(kinds.Claim)
    .list(namespace)
    .filter((claim) => using.has(controllerOf(claim)?.uid))
    .map(keyOf);
}
