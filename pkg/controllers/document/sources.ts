import {
  type Barrier,
  type Claim,
  type Component,
  type ConfigMap,
  isTrue,
  kinds,
  type ObjectKey,
  type Phase,
  type Process,
  type Resource,
  type ResourcePool,
  type Secret,
  type Software,
  type WorkChunk,
} from "../../api/index.ts";
import { newAnswers } from "../../barrier/index.ts";
import { type Controller, isWish, isWishOr } from "../../controller/index.ts";
import { equalJson } from "../../merge/index.ts";
import type { PeerRounds } from "./peer-rounds.ts";
import type { DocumentPorts } from "./ports.ts";
import { hasStarted } from "./process-order-plan.ts";
import type { WorkBook } from "./work-book.ts";

/**
 * What barriers tell reaches machines ahead of documents, if at all it can. Where it was heard by then there is nothing left
 * for a document to say, and a hundred machines are let go without being sent two documents each.
 */
const afterEarlyAnswersMs = 500;

/** Changes of other objects that may change documents; what is news to peers is left to their rounds. */
export function documentSources(
  ports: DocumentPorts,
  work: WorkBook,
  rounds: Pick<PeerRounds, "news">,
): NonNullable<Controller["watches"]> {
  const claims = ports.cache(kinds.Claim);
  const resources = ports.cache(kinds.Resource);
  const ofNamespace = (namespace: string | undefined): readonly ObjectKey[] => machinesOf(claims.list(namespace));
  return [
    { kind: kinds.Claim, keys: (claim: Claim) => machinesOf([claim]), when: isWishOr(claimFacts) },
    { kind: kinds.Claim, keys: (claim: Claim) => told(rounds, [claim]), when: isOtherPeer },
    {
      kind: kinds.Process,
      keys: (process: Process) => machinesOf(claimsOf(process, ports)),
      when: isWishOr((process: Process) => [hasStarted(process)]),
    },
    {
      kind: kinds.Process,
      keys: (process: Process) => machinesOf(claimsOf(process, ports)),
      when: hasHeard,
      afterMs: afterEarlyAnswersMs,
    },
    {
      kind: kinds.Process,
      keys: (process: Process) => told(rounds, process.spec.ports.length === 0 ? [] : claimsOf(process, ports)),
      when: hasOtherPorts,
    },
    { kind: kinds.Resource, keys: (resource: Resource) => told(rounds, claimsOn(resource, ports)), when: isWish },
    {
      kind: kinds.Component,
      keys: ({ metadata }: Component) => machinesOf(claims.ownedBy(metadata.uid ?? "")),
      when: isWish,
    },
    { kind: kinds.Software, keys: ({ metadata }: Software) => ofNamespace(metadata.namespace) },
    { kind: kinds.Secret, keys: ({ metadata }: Secret) => ofNamespace(metadata.namespace) },
    { kind: kinds.Barrier, keys: (barrier: Barrier) => outOfReach(ofBarrier(barrier, ports), ports), when: tellsMore },
    {
      kind: kinds.Barrier,
      keys: (barrier: Barrier) => ofBarrier(barrier, ports),
      when: tellsMore,
      afterMs: afterEarlyAnswersMs,
    },
    { kind: kinds.WorkChunk, keys: (chunk: WorkChunk) => work.machinesOf(chunk) },
    { kind: kinds.Phase, keys: (phase: Phase) => atWork(phase, ports), when: isWish },
    { kind: kinds.ConfigMap, keys: ({ metadata }: ConfigMap) => ofNamespace(metadata.namespace) },
    {
      kind: kinds.ResourcePool,
      keys: ({ metadata }: ResourcePool) =>
        resources
          .list()
          .flatMap((resource) => (resource.spec.poolName === metadata.name ? [keyOfResource(resource)] : [])),
      when: isOtherPool,
    },
  ];
}

/** What of a claim's status is in the orders for it. */
function claimFacts({ status }: Claim): readonly unknown[] {
  return [status?.epoch, status?.revision, status?.software, status?.failure, status?.restarted];
}

/** What of a machine's status is in its document, or decides on what is. */
export function resourceFacts({ status }: Resource): readonly unknown[] {
  return [status?.allocations, status?.residue, status?.orphans, status?.attributes];
}

/** What others are told of a member. */
function isOtherPeer(before: Claim, after: Claim): boolean {
  return isWish(before, after) || isReady(before) !== isReady(after);
}

function isReady({ spec, status }: Claim): boolean {
  return status?.epoch === spec.epoch && isTrue(status.conditions, "Ready");
}

/** What a phase says of its work matters to its members. */
function atWork({ metadata, spec }: Phase, ports: DocumentPorts): readonly ObjectKey[] {
  return spec.work === undefined ? [] : machinesOf(ports.cache(kinds.Claim).list(metadata.namespace));
}

/** A pool that is braked removes no orphans. */
function isOtherPool(before: ResourcePool, after: ResourcePool): boolean {
  return isWish(before, after) || before.status?.braked !== after.status?.braked;
}

export function machinesOf(claims: readonly Claim[]): readonly ObjectKey[] {
  const names = new Set(claims.flatMap(({ spec }) => spec.resourceName ?? []));
  return [...names].map((name) => ({ namespace: "", name }));
}

/** No keys: those of the peers come with the round. */
function told(rounds: Pick<PeerRounds, "news">, claims: readonly Claim[]): readonly ObjectKey[] {
  for (const claim of claims) rounds.news(claim);
  return [];
}

function claimsOn({ status }: Resource, ports: DocumentPorts): readonly Claim[] {
  return (status?.allocations ?? []).flatMap(({ claimUid }) => ports.cache(kinds.Claim).byUid(claimUid) ?? []);
}

/** The claims under which it runs. */
function claimsOf(process: Process, ports: DocumentPorts): readonly Claim[] {
  const { claimName, claimUid } = process.spec;
  const { namespace = "", uid = "" } = process.metadata;
  const claims = ports.cache(kinds.Claim);
  if (claimUid === undefined) return claims.ownedBy(uid);
  const claim = claims.byUid(claimUid) ?? claims.get({ namespace, name: claimName ?? "" });
  return claim === undefined ? [] : [claim];
}

/** Ports that a machine has chosen; of those that are written down peers are told when the process comes or goes. */
function hasOtherPorts(before: Process, after: Process): boolean {
  if (after.spec.ports.length === 0) return false;
  return isWish(before, after) || !equalJson(before.status?.ports ?? {}, after.status?.ports ?? {});
}

/** An answer that is taken back was heard: its process has said so, and that calls for its machine. */
function tellsMore(before: Barrier, after: Barrier): boolean {
  return newAnswers(before, after).length > 0;
}

/** It waits no more where it waited: what it was told need not be said again. */
function hasHeard({ status: before }: Process, { status: after }: Process): boolean {
  const waiting = new Set(after?.barriers?.flatMap(({ name, state }) => (state === "Waiting" ? [name] : [])));
  return (before?.barriers ?? []).some(({ name, state }) => state === "Waiting" && !waiting.has(name));
}

/** Machines of those who are told something. */
function ofBarrier({ status }: Barrier, ports: DocumentPorts): readonly ObjectKey[] {
  const processes = ports.cache(kinds.Process);
  return (status?.answers ?? []).flatMap(({ processUid }) => {
    const process = processes.byUid(processUid);
    return process === undefined ? [] : machinesOf(claimsOf(process, ports));
  });
}

/** Machines that are told by their documents alone. */
function outOfReach(keys: readonly ObjectKey[], { cache, fabric }: DocumentPorts): readonly ObjectKey[] {
  const resources = cache(kinds.Resource);
  return keys.filter((key) => !fabric.takesAnswers(resources.get(key)?.metadata.uid ?? ""));
}

function keyOfResource({ metadata }: Resource): ObjectKey {
  return { namespace: "", name: metadata.name ?? "" };
}
