import {
  type Allocation,
  type Claim,
  type Component,
  isDeleting,
  type Orphan,
  type Process,
  type Resource,
  type ResourcePool,
} from "../../api/index.ts";
import { isOlderBinding, type OrderedSoftware } from "../../graph/index.ts";
import type { AgentDocument, BarrierAnswer, ClaimOrder, PeersDocument } from "../../protocol/index.ts";
import type { ProcessFault, ValueSource } from "../../values/index.ts";
import { removeOrder, runOrder } from "./claim-order-plan.ts";
import { itemFiles, itemOrders } from "./item-order-plan.ts";
import { orderProcess } from "./process-order-plan.ts";
import type { MemberWork } from "./work-book.ts";

/** Everything that one machine's document is made of. */
export interface DocumentInput {
  readonly clusterUid: string;
  readonly term: number;
  /** Revision of the store of which all this is. */
  readonly generation: number;
  readonly resource: Resource;
  /** The machine's pool, where it is in one. */
  readonly pool: ResourcePool | undefined;
  /** Members that hold a place on the machine, as far as they are there. */
  readonly members: ReadonlyMap<string, MemberInput>;
  /** Claims that nobody knows and that are to be removed, with the epochs that the machine reports. */
  readonly unwanted: readonly UnwantedOrphan[];
  /** Bindings with a lower epoch are from before a restore; 0: there was none. */
  readonly epochFloor: number;
  /** Claims bound before it which the machine has not said to have. */
  readonly unseen: ReadonlySet<string>;
}

export interface MemberInput {
  readonly claim: Claim;
  readonly component?: Component;
  readonly ordered: OrderedSoftware;
  /** Processes to be run under this binding. */
  readonly processes: readonly Process[];
  readonly peers: PeersDocument;
  readonly values: ValueSource;
  /** What barriers answer to its processes. */
  readonly answers: readonly BarrierAnswer[];
  /** Items of work that it has, and files for them. */
  readonly works: readonly MemberWork[];
}

export interface UnwantedOrphan {
  readonly orphan: Orphan;
  readonly epoch: number;
}

export interface FaultyProcess {
  readonly process: Process;
  readonly fault: ProcessFault;
}

export interface RenderedDocument {
  readonly document: AgentDocument;
  readonly faults: readonly FaultyProcess[];
}

/**
 * What the server wants of one machine, as a pure function of what the store holds.
 *
 * | on the machine's list          | the claim                                   | order  |
 * |--------------------------------|---------------------------------------------|--------|
 * | allocation                     | is there, bound here with this epoch        | Run    |
 * | allocation                     | the same, but a package has no digest yet   | (none) |
 * | allocation                     | is there, with an older epoch, or bound     |        |
 * |                                | here with a newer one: half seen            | (none) |
 * | allocation                     | the same, from before a restore, and the    |        |
 * |                                | machine has not said that it has it         | (none) |
 * | allocation                     | is being deleted, gone, or bound elsewhere  | Remove |
 * | residue                        |                                             | Remove |
 * | orphan that a person gave up   |                                             | Remove |
 * | nothing                        |                                             | (none) |
 */
export function renderDocument(input: DocumentInput): RenderedDocument {
  const { clusterUid, term, generation, resource, members, unwanted } = input;
  const { status, metadata } = resource;
  const faults: FaultyProcess[] = [];
  const held = (status?.allocations ?? []).flatMap((allocation) => orderOf(allocation, input, faults) ?? []);
  const heldUids = new Set((status?.allocations ?? []).map(({ claimUid }) => claimUid));
  // Where a claim has come back to a machine that it left, the newer place says all there is to say.
  const owed = (status?.residue ?? []).filter(({ claimUid }) => !heldUids.has(claimUid));
  const removed = owed.map((entry) => removeOrder(entry, members.get(entry.claimUid)?.component));
  const given = unwanted.map(({ orphan, epoch }) =>
    removeOrder(
      { claimUid: orphan.claimUid, claimName: orphan.name ?? "", namespace: orphan.namespace ?? "", epoch },
      undefined,
    ),
  );
  const claims = [...held, ...removed, ...given].sort((left, right) => (left.uid < right.uid ? -1 : 1));
  return {
    document: {
      clusterUid,
      resourceUid: metadata.uid ?? "",
      resourceName: metadata.name ?? "",
      term,
      generation,
      claims,
    },
    faults,
  };
}

function orderOf(allocation: Allocation, input: DocumentInput, faults: FaultyProcess[]): ClaimOrder | undefined {
  const member = input.members.get(allocation.claimUid);
  if (member !== undefined && isHalfSeen(member.claim, allocation, input.resource)) return undefined;
  if (member === undefined || !holds(member.claim, allocation, input.resource)) {
    return removeOrder({ ...allocation, epoch: removedEpoch(allocation, input) }, member?.component);
  }
  if (input.unseen.has(allocation.claimUid)) return undefined;
  const { packages } = member.ordered;
  if (packages === undefined) return undefined;
  const { claim, component, peers, values, answers, works } = member;
  const ordered = member.processes.map((process) => {
    const { order, fault } = orderProcess({ process, claim, values, resource: input.resource, pool: input.pool });
    if (fault !== undefined) faults.push({ process, fault });
    return order;
  });
  const processes = ordered.flatMap((order) => order ?? []).sort((left, right) => (left.name < right.name ? -1 : 1));
  const { spareUid } = allocation;
  const items = works.flatMap((work) => itemOrders(work, claim, values));
  return runOrder({
    claim,
    ...(component !== undefined && { component }),
    packages,
    files: works.flatMap(itemFiles),
    processes: [...processes, ...items],
    peers,
    answers,
    ...(spareUid !== undefined && { spareUid }),
  });
}

/** Bindings write both sides at once; here one of them is not seen yet. A removal now could not be taken back. */
function isHalfSeen({ spec }: Claim, { epoch }: Allocation, { metadata }: Resource): boolean {
  return spec.epoch < epoch || (spec.epoch > epoch && spec.resourceUid === metadata.uid);
}

/** Where a claim is deleted, whatever a server before a restore bound here goes too, later than this one knows of. */
function removedEpoch({ claimUid, epoch }: Allocation, { epochFloor, members }: DocumentInput): number {
  const claim = members.get(claimUid)?.claim;
  const isDeleted = claim === undefined || isDeleting(claim);
  return isDeleted && isOlderBinding(epoch, epochFloor) ? epochFloor - 1 : epoch;
}

/** Bound here, with this very epoch, and there to stay. */
function holds(claim: Claim, { epoch }: Allocation, { metadata }: Resource): boolean {
  return !isDeleting(claim) && claim.spec.resourceUid === metadata.uid && claim.spec.epoch === epoch;
}
