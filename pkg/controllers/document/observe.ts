import {
  type BarrierAnswered,
  type Claim,
  type Component,
  controllerOf,
  isDeleting,
  kinds,
  labels,
  machineAttribute,
  type Process,
  type Resource,
} from "../../api/index.ts";
import { findPackage, isBare, orderedSoftware } from "../../graph/index.ts";
import type { ValueSource } from "../../values/index.ts";
import type { OlderBindings } from "./older-bindings.ts";
import { judgeOrphans } from "./orphans.ts";
import { PeerBook, type PeerSource, type PeersAnswer } from "./peer-book.ts";
import { peerComponents, peerGroup } from "./peers-plan.ts";
import type { DocumentInput, MemberInput, UnwantedOrphan } from "./plan.ts";
import type { DocumentPorts } from "./ports.ts";
import { Stamps } from "./stamps.ts";
import { type MemberWork, type WorkBook, workState } from "./work-book.ts";

export interface ObservedDocument {
  /** Another one whenever `input` may differ from an earlier one in more than its generation. */
  readonly state: string;
  readonly generation: number;
  /** To be called at once: it reads the caches. */
  readonly input: () => DocumentInput;
  readonly recheckAfterMs?: number;
}

/** A member as its document needs it, and all that it was looked up in. */
interface SeenMember {
  readonly claim: Claim;
  readonly processes: readonly Process[];
  readonly answer: PeersAnswer;
  readonly works: readonly MemberWork[];
}

/** Looks up what documents are made of; what many machines share is worked out once for all of them. */
export class DocumentObserver {
  readonly #ports: DocumentPorts;
  readonly #book = new PeerBook();
  readonly #stamps = new Stamps();
  /** Processes by the uid of their claim. */
  readonly #claimed: (uid: string) => readonly Process[];
  readonly #work: WorkBook;
  readonly #older: OlderBindings;

  constructor(ports: DocumentPorts, work: WorkBook, older: OlderBindings) {
    this.#ports = ports;
    this.#work = work;
    this.#older = older;
    this.#claimed = ports
      .cache(kinds.Process)
      .index(({ spec }) => (spec.claimUid === undefined ? [] : [spec.claimUid]));
  }

  observe(resource: Resource): ObservedDocument {
    const ports = this.#ports;
    // Before anything is read: what is read afterwards may be newer, never older.
    const generation = ports.revision();
    const now = ports.clock.monotonic();
    const members = claimsOn(resource, ports).map((claim): SeenMember => {
      const answer = this.#book.read(this.#peersOf(claim), generation, now);
      return { claim, answer, processes: this.#processesOf(claim), works: this.#work.of(claim) };
    });
    const pool = ports.cache(kinds.ResourcePool).get({ namespace: "", name: resource.spec.poolName ?? "" });
    const { unwanted, recheckAfterMs } = judgeOrphans(resource, ports);
    const unseen = this.#older.unseen(resource);
    const rechecks = members.flatMap(({ answer }) => answer.staleForMs ?? []).concat(recheckAfterMs ?? []);
    return {
      state: [this.#stateOf([resource, pool], members, unwanted), ...unseen].join(";"),
      generation,
      input: () => ({
        clusterUid: ports.clusterUid,
        term: ports.term,
        generation,
        resource,
        pool,
        members: new Map(members.map((member) => [member.claim.metadata.uid ?? "", memberOf(member, resource, ports)])),
        unwanted,
        epochFloor: ports.epochFloor ?? 0,
        unseen,
      }),
      ...(rechecks.length > 0 && { recheckAfterMs: Math.min(...rechecks) }),
    };
  }

  #stateOf(
    own: readonly (object | undefined)[],
    members: readonly SeenMember[],
    unwanted: readonly UnwantedOrphan[],
  ): string {
    const stamps = this.#stamps;
    return [
      stamps.of(own),
      ...members.map(({ works }) => workState(works)),
      ...members.flatMap(({ claim, processes, answer }) => [
        stamps.of([claim, answer.peers, ...sharedBy(claim, this.#ports), ...processes]),
        // A barrier changes with all its members; what it tells these few may be as it was.
        JSON.stringify(answersTo(processes, this.#ports)),
      ]),
      ...unwanted.map(({ orphan, epoch }) => `${orphan.claimUid}@${epoch}`),
    ].join(";");
  }

  /** Processes under this very claim; that of a bare process controls it. */
  #processesOf(claim: Claim): readonly Process[] {
    const owner = controllerOf(claim);
    if (owner?.kind !== kinds.Process.kind) return this.#claimed(claim.metadata.uid ?? "");
    const process = this.#ports.cache(kinds.Process).byUid(owner.uid);
    return process === undefined ? [] : [process];
  }

  #peersOf(claim: Claim): PeerSource {
    const { namespace = "" } = claim.metadata;
    const { cache } = this.#ports;
    const application = claim.metadata.labels?.[labels.application];
    const claims = claimsWith(claim, application, this.#ports);
    const processes =
      application === undefined ? [] : cache(kinds.Process).withLabel(labels.application, application, namespace);
    const resources = cache(kinds.Resource);
    const group = peerGroup(claim);
    return {
      group,
      state: this.#stamps.of([claims, processes, resources.list()]),
      build: () =>
        peerComponents({
          claims,
          processesOf: ({ metadata }) => (application === undefined ? [] : this.#claimed(metadata.uid ?? "")),
          resourceOf: ({ spec }) => resources.byUid(spec.resourceUid ?? ""),
        }),
    };
  }
}

/** Claims of which the machine's list speaks, as far as they are there. */
function claimsOn({ status }: Resource, ports: DocumentPorts): readonly Claim[] {
  const uids = new Set([...(status?.allocations ?? []), ...(status?.residue ?? [])].map(({ claimUid }) => claimUid));
  return [...uids].flatMap((uid) => ports.cache(kinds.Claim).byUid(uid) ?? []);
}

/** All claims whose members know each other. */
function claimsWith(claim: Claim, application: string | undefined, ports: DocumentPorts): readonly Claim[] {
  const claims = ports.cache(kinds.Claim);
  if (application !== undefined) return claims.withLabel(labels.application, application, claim.metadata.namespace);
  const owner = controllerOf(claim);
  return owner?.kind === kinds.Component.kind ? claims.ownedBy(owner.uid) : [claim];
}

/** Whatever else `memberOf` reads: the claim's component, and the lists in which it looks up names. */
function sharedBy(claim: Claim, ports: DocumentPorts): readonly (object | undefined)[] {
  const { namespace = "" } = claim.metadata;
  return [
    componentOf(claim, ports),
    ports.cache(kinds.Software).version(namespace),
    ports.cache(kinds.Secret).version(namespace),
    ports.cache(kinds.ConfigMap).version(namespace),
  ];
}

/** What barriers answer to processes that wait at them, by the barrier's name. */
function answersTo(
  processes: readonly Process[],
  ports: DocumentPorts,
): readonly { readonly name: string; readonly answer: BarrierAnswered }[] {
  return processes.flatMap(({ metadata: { namespace = "", uid }, status }) =>
    (status?.barriers ?? []).flatMap(({ name, state }) => {
      const barrier = state === "Waiting" ? ports.cache(kinds.Barrier).get({ namespace, name }) : undefined;
      const own = (barrier?.status?.answers ?? []).filter(({ processUid }) => processUid === uid);
      return own.map((answer) => ({ name, answer }));
    }),
  );
}

function memberOf(
  { claim, processes, answer, works }: SeenMember,
  resource: Resource,
  ports: DocumentPorts,
): MemberInput {
  const { namespace = "" } = claim.metadata;
  const component = componentOf(claim, ports);
  const find = findPackage(component, {
    software: (name) => ports.cache(kinds.Software).get({ namespace, name }),
    revision: (name) => ports.cache(kinds.ApplicationRevision).get({ namespace, name }),
  });
  return {
    claim,
    ...(component !== undefined && { component }),
    // Of a component that is not there nobody knows what its members need: they are left as they are.
    ordered:
      component === undefined && claim.spec.componentName !== undefined
        ? { missing: [], pending: [], unfit: [] }
        : orderedSoftware({
            wanted: component?.spec.software ?? [],
            claim,
            lookUp: find,
            machine: machineAttribute(resource),
          }),
    // One that is being deleted is told to stop, until it has been seen ended.
    processes: processes.filter((process) =>
      isBare(process) ? !isDeleting(process) : process.spec.epoch === claim.spec.epoch,
    ),
    peers: answer.peers,
    answers: answersTo(processes, ports).map(({ name, answer }) => ({ name, ...answer })),
    works,
    values: valuesOf(namespace, ports),
  };
}

function componentOf({ metadata, spec }: Claim, ports: DocumentPorts): Component | undefined {
  const { namespace = "" } = metadata;
  return spec.componentName === undefined
    ? undefined
    : ports.cache(kinds.Component).get({ namespace, name: spec.componentName });
}

function valuesOf(namespace: string, ports: DocumentPorts): ValueSource {
  return {
    secret: (name) => ports.cache(kinds.Secret).get({ namespace, name }),
    configMap: (name) => ports.cache(kinds.ConfigMap).get({ namespace, name }),
  };
}
