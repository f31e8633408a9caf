import { kinds, type Resource, type ResourcePool, usingPool } from "../../api/index.ts";
import {
  type AllocationView,
  componentIdentity,
  type MachineRows,
  type MachineView,
  membersOn,
} from "../../match/index.ts";
import type { Whereabouts } from "./joint-terms.ts";
import { poolsByName, type SearchPorts } from "./machine-search.ts";
import { hasSameAccess, isReached, standingView } from "./machine-views.ts";

type Assumed = ReadonlyMap<string, readonly AllocationView[]>;

const none: readonly never[] = [];

/**
 * All machines, by number, as they are at the moment of a placement. From one to the next it takes in what has changed: a list of
 * ten thousand is compared with the one before, and nothing is made for those that are the same.
 */
export class MachineTable implements MachineRows, Whereabouts {
  layout = 0;
  revision = 0;
  changedAt = new Float64Array(0);
  claims = new Int32Array(0);
  readonly #ports: SearchPorts;
  #resources: readonly Resource[] = none;
  #views: (MachineView | undefined)[] = [];
  #numbers: ReadonlyMap<string, number> = new Map();
  #poolList: readonly ResourcePool[] = none;
  #pools: ReadonlyMap<string | undefined, ResourcePool> = new Map();
  #assumed: Assumed = new Map();

  constructor(ports: SearchPorts) {
    this.#ports = ports;
  }

  get length(): number {
    return this.#resources.length;
  }

  /** Takes in how things are now. `assumed`: bindings that are made and not seen yet, by machine. */
  follow(assumed: Assumed): void {
    this.revision++;
    this.#followPools();
    this.#followResources(this.#ports.cache(kinds.Resource).list());
    const before = this.#assumed;
    this.#assumed = assumed;
    for (const [uid, places] of before) if (!isSameList(places, assumed.get(uid))) this.#touch(uid);
    for (const uid of assumed.keys()) if (!before.has(uid)) this.#touch(uid);
  }

  view(at: number): MachineView {
    const known = this.#views[at];
    if (known !== undefined) return known;
    const resource = this.#resources[at];
    if (resource === undefined) throw new Error(`there is no machine ${at}`);
    const view = standingView({
      resource,
      pool: this.#pools.get(usingPool(resource)),
      assumed: this.#assumed.get(resource.metadata.uid ?? "") ?? none,
    });
    this.#views[at] = view;
    return view;
  }

  isReached(at: number): boolean {
    return isReached(this.#ports.fabric.observe(this.#resources[at]?.metadata.uid ?? ""));
  }

  members(namespace: string, component: string, exceptUid?: string): readonly MachineView[] {
    const holders = this.#ports.cache(kinds.Resource).index(byMember)(memberTerm(namespace, component));
    const uids = new Set([...holders.map(({ metadata }) => metadata.uid ?? ""), ...this.#assumed.keys()]);
    const numbers = [...uids].flatMap((uid) => this.#numbers.get(uid) ?? []).sort((left, right) => left - right);
    const machines = numbers.map((at) => this.view(at));
    return membersOn(machines, namespace, component, exceptUid);
  }

  named(name: string): MachineView | undefined {
    const resource = this.#ports.cache(kinds.Resource).get({ namespace: "", name });
    const at = this.#numbers.get(resource?.metadata.uid ?? "");
    return at === undefined ? undefined : this.view(at);
  }

  #followPools(): void {
    const list = this.#ports.cache(kinds.ResourcePool).list();
    if (list === this.#poolList) return;
    this.#poolList = list;
    const [before, after] = [this.#pools, poolsByName(this.#ports)];
    this.#pools = after;
    const names = new Set([...before.keys(), ...after.keys()]);
    const changed = new Set([...names].filter((name) => !hasSameAccess(before.get(name), after.get(name))));
    if (changed.size === 0) return;
    for (const resource of this.#resources) if (changed.has(usingPool(resource))) this.#touch(resource.metadata.uid);
  }

  #followResources(list: readonly Resource[]): void {
    const before = this.#resources;
    if (list === before) return;
    this.#resources = list;
    const changed: number[] = [];
    let isSameLayout = list.length === before.length;
    for (let at = 0; isSameLayout && at < list.length; at++) {
      if (list[at] === before[at]) continue;
      isSameLayout = list[at]?.metadata.uid === before[at]?.metadata.uid;
      changed.push(at);
    }
    if (isSameLayout) for (const at of changed) this.#change(at);
    else this.#layOut();
  }

  /** Machines have come or gone: all numbers are others. */
  #layOut(): void {
    const { length } = this.#resources;
    this.layout++;
    this.changedAt = new Float64Array(length);
    this.claims = new Int32Array(length);
    this.#views = new Array<MachineView | undefined>(length);
    this.#numbers = new Map(this.#resources.map(({ metadata }, at) => [metadata.uid ?? "", at]));
    for (let at = 0; at < length; at++) this.#change(at);
  }

  #touch(uid: string | undefined): void {
    const at = this.#numbers.get(uid ?? "");
    if (at !== undefined) this.#change(at);
  }

  #change(at: number): void {
    const { metadata, status } = this.#resources[at] ?? {};
    this.changedAt[at] = this.revision;
    this.#views[at] = undefined;
    // Mostly nothing is assumed of it, and no view is made to count.
    const isAssumed = this.#assumed.has(metadata?.uid ?? "");
    this.claims[at] = isAssumed ? this.view(at).allocations.length : (status?.allocations?.length ?? 0);
  }
}

/** Of machines: the components whose members they hold. */
function byMember({ status }: Resource): readonly string[] {
  const held = (status?.allocations ?? []).map(({ namespace, componentName, claimName }) =>
    memberTerm(namespace, componentIdentity(componentName, claimName)),
  );
  return held.length < 2 ? held : [...new Set(held)];
}

function memberTerm(namespace: string, component: string): string {
  return `${namespace}/${component}`;
}

function isSameList(one: readonly AllocationView[], other: readonly AllocationView[] = none): boolean {
  return one.length === other.length && one.every((place, at) => place === other[at]);
}
