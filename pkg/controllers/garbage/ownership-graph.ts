import { type KindInfo, type KubeObject, keyOf, type ObjectKey } from "../../api/index.ts";
import { equalJson } from "../../merge/index.ts";

/** What is kept of an object that names owners or is being deleted. */
export interface Relative {
  readonly kind: KindInfo;
  readonly key: ObjectKey;
  readonly uid: string;
  /** Its envelope with that part of the metadata which says who owns it and whether it goes. */
  readonly object: KubeObject;
}

/** Who names whom as owner, by uid, over all kinds. */
export class OwnershipGraph {
  readonly #relatives = new Map<string, Relative>();
  readonly #dependents = new Map<string, Map<string, Relative>>();

  /** Takes in an object as it is now; false where it says nothing new of owners and going. */
  put(kind: KindInfo, object: KubeObject): boolean {
    const { uid = "", ownerReferences = [], deletionTimestamp } = object.metadata;
    const known = this.#relatives.get(uid);
    const outline = outlineOf(object);
    if (known !== undefined && equalJson(known.object, outline)) return false;
    this.remove(uid);
    if (ownerReferences.length === 0 && deletionTimestamp === undefined) return true;
    const relative = { kind, key: keyOf(object), uid, object: outline };
    this.#relatives.set(uid, relative);
    for (const owner of ownerReferences) {
      const dependents = this.#dependents.get(owner.uid) ?? new Map<string, Relative>();
      this.#dependents.set(owner.uid, dependents.set(uid, relative));
    }
    return true;
  }

  /** Forgets an object that is gone; who names it as owner still does. */
  remove(uid: string): void {
    const known = this.#relatives.get(uid);
    if (known === undefined) return;
    this.#relatives.delete(uid);
    for (const owner of known.object.metadata.ownerReferences ?? []) {
      const dependents = this.#dependents.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner.uid);
    }
  }

  find(uid: string): Relative | undefined {
    return this.#relatives.get(uid);
  }

  dependentsOf(uid: string): readonly Relative[] {
    return [...(this.#dependents.get(uid)?.values() ?? [])];
  }

  keysOf(kind: KindInfo): readonly ObjectKey[] {
    return [...this.#relatives.values()].flatMap((relative) => (relative.kind === kind ? relative.key : []));
  }
}

function outlineOf({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  const { uid, ownerReferences, finalizers, deletionTimestamp } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      ...(uid !== undefined && { uid }),
      ...(ownerReferences !== undefined && { ownerReferences }),
      ...(finalizers !== undefined && { finalizers }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    },
  };
}
