import { type KindInfo, type KubeObject, kinds, type ObjectKey, type ResourceQuota } from "../api/index.ts";
import { type Charge, type ChargeChange, chargeOf, countedKinds, Usage } from "../quota/index.ts";
import type { Store } from "../store/index.ts";
import { prefixOf, storeKey } from "./keys.ts";

/** One object's part of a write: as it is at the head, and as it will be. */
export interface Counted {
  readonly kind: KindInfo;
  readonly key: ObjectKey;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

interface Entered {
  readonly place: string;
  readonly namespace: string;
  readonly change: ChargeChange;
}

/**
 * What namespaces have, at the head of the store: with what is decided and not durable yet, so that of two writes that are
 * decided one after the other the second sees the first. A namespace is counted when it is first asked about; nothing is
 * kept of those that have no quota.
 */
export class QuotaBook {
  readonly #store: Store;
  readonly #usages = new Map<string, Usage>();
  /** Commits that are on their way to the disk, in their order. */
  readonly #underWay = new Set<readonly Entered[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** In the order of their names. */
  quotasOf(namespace: string): readonly ResourceQuota[] {
    const { entries } = this.#store.list(prefixOf(kinds.ResourceQuota, namespace));
    return entries.map(({ value }) => value as unknown as ResourceQuota);
  }

  usageOf(namespace: string): Usage {
    const known = this.#usages.get(namespace);
    if (known !== undefined) return known;
    const made = this.#count(namespace);
    this.#usages.set(namespace, made);
    return made;
  }

  /** Keeps count of a commit from the moment it is handed to the store, and takes it back where that comes to nothing. */
  async follow<T>(counted: readonly Counted[], commit: () => Promise<T>): Promise<T> {
    const entered = counted.flatMap((one) => enter(one) ?? []);
    if (entered.length === 0) return commit();
    this.#underWay.add(entered);
    for (const { namespace, change } of entered) apply(this.#usages.get(namespace), change);
    try {
      return await commit();
    } catch (error) {
      for (const { namespace, change } of entered)
        apply(this.#usages.get(namespace), { before: change.after, after: change.before });
      throw error;
    } finally {
      this.#underWay.delete(entered);
    }
  }

  /** All that is durable, overlaid with what is under way. */
  #count(namespace: string): Usage {
    const charges = new Map<string, Charge | undefined>();
    for (const kind of countedKinds)
      for (const entry of this.#store.list(prefixOf(kind, namespace)).entries)
        charges.set(entry.key, chargeOf(kind, entry.peek() as unknown as KubeObject));
    for (const commit of this.#underWay)
      for (const { place, namespace: where, change } of commit)
        if (where === namespace) charges.set(place, change.after);
    const usage = new Usage();
    for (const charge of charges.values()) if (charge !== undefined) usage.add(charge);
    return usage;
  }
}

/** What a write changes of what its namespace has; undefined where that is nothing, as of every status. */
export function changeOf({ kind, before, after }: Counted): ChargeChange | undefined {
  if (!kind.namespaced || isSameSpec(before, after)) return undefined;
  const change = { before: before && chargeOf(kind, before), after: after && chargeOf(kind, after) };
  return change.before === undefined && change.after === undefined ? undefined : change;
}

function enter(counted: Counted): Entered | undefined {
  const { kind, key } = counted;
  const change = changeOf(counted);
  return change && { place: storeKey(kind, key), namespace: key.namespace, change };
}

type Specified = KubeObject & { readonly spec?: unknown };

function isSameSpec(before: Specified | undefined, after: Specified | undefined): boolean {
  return before !== undefined && after !== undefined && before.spec === after.spec;
}

function apply(usage: Usage | undefined, { before, after }: ChargeChange): void {
  if (usage === undefined) return;
  if (before !== undefined) usage.remove(before);
  if (after !== undefined) usage.add(after);
}
