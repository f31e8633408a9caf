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
import { processesUnder } from "../../controller/index.ts";
import { findPackage, isBare, orderedSoftware } from "../../graph/index.ts";
import type { AgentDocument } from "../../protocol/index.ts";
import type { ValueSource } from "../../values/index.ts";
import type { OlderBindings } from "./older-bindings.ts";
import { judgeOrphans } from "./orphans.ts";
import { PeerBook, type PeerReader, type PeerSource, type PeersAnswer } from "./peer-book.ts";
import { claimsWith, versionWith } from "./peer-group.ts";
import { peerComponents, peerGroup } from "./peers-plan.ts";
import type { DocumentInput, MemberInput, UnwantedOrphan } from "./plan.ts";
import type { DocumentPorts } from "./ports.ts";
import { hasStarted } from "./process-order-plan.ts";
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
  readonly #work: WorkBook;
  readonly #older: OlderBindings;

  constructor(ports: DocumentPorts, work: WorkBook, older: OlderBindings) {
    this.#ports = ports;
    this.#work = work;
    this.#older = older;
  }

  /** `held`: the document that the machine was given last. */
  observe(resource: Resource, held: AgentDocument | undefined): ObservedDocument {
    const ports = this.#ports;
    // Before anything is read: what is read afterwards may be newer, never older.
    const generation = ports.revision();
    const now = ports.clock.monotonic();
    const members = claimsOn(resource, ports).map((claim): SeenMember => {
      const member = { claim, processes: this.#processesOf(claim), works: this.#work.of(claim) };
      return { ...member, answer: this.#book.read(this.#peersOf(claim), generation, now, readerOf(member, held)) };
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

  /** How long until news of the claim's group may be told. */
  roundIn(claim: Claim): number {
    return this.#book.roundIn(peerGroup(claim), this.#ports.clock.monotonic());
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
        stamps.of([claim.spec, claim.metadata.labels, answer.peers, ...sharedBy(claim, this.#ports)]),
        claimState(claim),
        stamps.of(processes.map(({ spec }) => spec)),
        processes.map(processState).join(" "),
        // A barrier changes with all its members; what it tells these few may be as it was.
        JSON.stringify(answersTo(processes, this.#ports)),
      ]),
      ...unwanted.map(({ orphan, epoch }) => `${orphan.claimUid}@${epoch}`),
    ].join(";");
  }

  /** Processes under this very claim; that of a bare process controls it. */
  #processesOf(claim: Claim): readonly Process[] {
    const owner = controllerOf(claim);
    if (owner?.kind !== kinds.Process.kind) return processesUnder(claim.metadata.uid ?? "", this.#ports);
    const process = this.#ports.cache(kinds.Process).byUid(owner.uid);
    return process === undefined ? [] : [process];
  }

  #peersOf(claim: Claim): PeerSource {
    const { cache } = this.#ports;
    const application = claim.metadata.labels?.[labels.application];
    const processes =
      application === undefined ? none : cache(kinds.Process).versionWithLabel(labels.application, application);
    const resources = cache(kinds.Resource);
    const group = peerGroup(claim);
    return {
      group,
      state: this.#stamps.of([versionWith(claim, this.#ports), processes, resources.version()]),
      build: () =>
        peerComponents({
          claims: claimsWith(claim, this.#ports),
          processesOf: ({ metadata }) =>
            application === undefined ? none : processesUnder(metadata.uid ?? "", this.#ports),
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

const none: readonly never[] = [];

/** What documents hold of a claim besides its spec, or are ordered by: whether it is ready there they tell its peers. */
function claimState(claim: Claim): string {
  const { uid } = claim.metadata;
  const { epoch, revision, software, failure, restarted } = claim.status ?? {};
  return JSON.stringify([uid, isDeleting(claim), epoch, revision, software, failure, restarted]);
}

/** What documents hold of a process besides its spec: how it does there they do not. */
function processState(process: Process): string {
  const { uid } = process.metadata;
  return `${uid}${isDeleting(process) ? "-" : ""}${hasStarted(process) ? "+" : ""}`;
}

/** A member as its document of before shows it. */
function readerOf({ claim, processes }: Omit<SeenMember, "answer">, held: AgentDocument | undefined): PeerReader {
  const order = held?.claims.find(({ uid }) => uid === claim.metadata.uid);
  const isCurrent = order?.intent === "Run" && order.epoch === claim.spec.epoch;
  const known = new Set(isCurrent ? order.processes.map(({ uid, revision }) => `${uid} ${revision}`) : []);
  const starts = processes.some(
    (process) => isToRun(process, claim) && !known.has(`${process.metadata.uid} ${process.spec.revision}`),
  );
  return { starts, ...(isCurrent && { held: order.peers }) };
}

/** One that is being deleted is told to stop, until it has been seen ended. */
function isToRun(process: Process, { spec }: Claim): boolean {
  return isBare(process) ? !isDeleting(process) : process.spec.epoch === spec.epoch;
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
    processes: processes.filter((process) => isToRun(process, claim)),
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
