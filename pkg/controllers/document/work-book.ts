import {
  type Claim,
  isDeleting,
  kinds,
  labels,
  type ObjectKey,
  type Phase,
  type WorkChunk,
  type WorkTemplate,
} from "../../api/index.ts";
import type { ControllerPorts } from "../../controller/index.ts";

/** An attempt at an item that a member has, or has to give up. */
export interface LeasedItem {
  readonly chunk: WorkChunk;
  readonly index: number;
  readonly attempt: number;
  readonly epoch: number;
  readonly cancelled: boolean;
  /** The same for the same attempt in the same state. */
  readonly key: string;
}

/** A phase of work of which a member has items, or for which it holds files. */
export interface MemberWork {
  readonly phase: Phase;
  readonly work: WorkTemplate;
  readonly items: readonly LeasedItem[];
}

type ByClaim = ReadonlyMap<string, readonly LeasedItem[]>;

/** Finds what items members have; what a chunk says is worked out once for each version of it. */
export class WorkBook {
  readonly #known = new WeakMap<WorkChunk, ByClaim>();
  /** Keys of what members had in a chunk when its machines were last told of it, by its uid. */
  readonly #told = new Map<string, ReadonlyMap<string, string>>();
  readonly #ports: Pick<ControllerPorts, "cache">;

  constructor(ports: Pick<ControllerPorts, "cache">) {
    this.#ports = ports;
  }

  /** The work of a claim's component, in the order of phases' names. */
  of(claim: Claim): readonly MemberWork[] {
    const { uid = "" } = claim.metadata;
    const { epoch } = claim.spec;
    return this.#phasesOf(claim).flatMap((phase) => {
      const { work } = phase.spec;
      if (work === undefined) return [];
      const chunks = this.#ports.cache(kinds.WorkChunk).ownedBy(phase.metadata.uid ?? "");
      const items = chunks
        .flatMap((chunk) => this.#byClaim(chunk).get(uid) ?? [])
        .filter((item) => item.epoch === epoch)
        .sort((left, right) => left.index - right.index);
      return items.length === 0 && work.files === undefined ? [] : [{ phase, work, items }];
    });
  }

  /** Machines of members that have something else of a chunk now than when this was last asked. */
  machinesOf(chunk: WorkChunk): readonly ObjectKey[] {
    const { uid = "" } = chunk.metadata;
    const before = this.#told.get(uid) ?? new Map<string, string>();
    const entries = [...this.#byClaim(chunk)].map(([claim, items]): [string, string] => [claim, keyText(items)]);
    const after = new Map(entries);
    if (isDeleting(chunk)) this.#told.delete(uid);
    else this.#told.set(uid, after);
    const claims = this.#ports.cache(kinds.Claim);
    return [...new Set([...before.keys(), ...after.keys()])]
      .filter((claim) => before.get(claim) !== after.get(claim))
      .flatMap((claim) => claims.byUid(claim)?.spec.resourceName ?? [])
      .map((name) => ({ namespace: "", name }));
  }

  #phasesOf({ metadata, spec }: Claim): readonly Phase[] {
    const { namespace = "" } = metadata;
    const phases = this.#ports.cache(kinds.Phase);
    const application = metadata.labels?.[labels.application];
    const found =
      application === undefined
        ? phases.list(namespace).filter((phase) => phase.spec.applicationName === undefined)
        : phases.withLabel(labels.application, application, namespace);
    return found.filter(({ spec: { work, components } }) => (work?.component ?? components[0]) === spec.component);
  }

  #byClaim(chunk: WorkChunk): ByClaim {
    const known = this.#known.get(chunk);
    if (known !== undefined) return known;
    const byClaim = new Map<string, LeasedItem[]>();
    for (const { index, leases } of chunk.status?.items ?? []) {
      for (const { claimUid, attempt, epoch, cancelled = false } of leases) {
        const key = `${chunk.spec.round}.${index}.${attempt}.${epoch}${cancelled ? "x" : ""}`;
        const group = byClaim.get(claimUid) ?? [];
        group.push({ chunk, index, attempt, epoch, cancelled, key });
        byClaim.set(claimUid, group);
      }
    }
    this.#known.set(chunk, byClaim);
    return byClaim;
  }
}

/** The same for members that have the same work: neither counts nor other members' items are part of it. */
export function workState(works: readonly MemberWork[]): string {
  return works
    .map(({ phase, items }) => `${phase.metadata.uid}@${phase.metadata.generation}:${keyText(items)}`)
    .join(";");
}

function keyText(items: readonly LeasedItem[]): string {
  return items.map(({ key }) => key).join(",");
}
