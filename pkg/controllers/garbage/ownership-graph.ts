import { type KindInfo, type KubeObject, keyOf, type ObjectKey } from "../../api/index.ts";

/** An object by where it is found. */
export interface ObjectRef {
  readonly kind: KindInfo;
  readonly key: ObjectKey;
  readonly uid: string;
}

/** Who names whom as owner, by uid, over all kinds. */
export class OwnershipGraph {
  readonly #dependents = new Map<string, Map<string, ObjectRef>>();
  /** Owners that each dependent was last seen with. */
  readonly #owners = new Map<string, readonly string[]>();

  /** Takes in an object as it is now. */
  put(kind: KindInfo, object: KubeObject): void {
    const uid = object.metadata.uid ?? "";
    const owners = (object.metadata.ownerReferences ?? []).map((owner) => owner.uid);
    const before = this.#owners.get(uid) ?? [];
    if (owners.length === before.length && owners.every((owner, index) => owner === before[index])) return;
    this.remove(uid);
    if (owners.length === 0) return;
    this.#owners.set(uid, owners);
    for (const owner of owners) {
      const dependents = this.#dependents.get(owner) ?? new Map<string, ObjectRef>();
      this.#dependents.set(owner, dependents.set(uid, { kind, key: keyOf(object), uid }));
    }
  }

  /** Forgets an object that is gone; who names it as owner still does. */
  remove(uid: string): void {
    for (const owner of this.#owners.get(uid) ?? []) {
      const dependents = this.#dependents.get(owner);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner);
    }
    this.#owners.delete(uid);
  }

  dependentsOf(uid: string): readonly ObjectRef[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }
}
