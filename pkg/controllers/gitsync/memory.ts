import { type GitSync, type KubeObject, keyOf, type ObjectKey } from "../../api/index.ts";
import { idOf, type ObjectPlace } from "./object-id.ts";
import type { FilePacker } from "./pack-files.ts";
import type { Attempts } from "./step-plan.ts";

/** An object as it was applied last. */
export interface AppliedObject {
  readonly place: ObjectPlace;
  /** What the repository says of it. */
  readonly object: KubeObject;
  /** Values of Secrets stand in it. */
  readonly isHidden: boolean;
  /** As it was when somebody looked last; another one is looked at anew. */
  stamp: string | undefined;
  /** What somebody changed, in words, where it is left so. */
  drift: string | undefined;
}

/** What this process knows of one sync. All of it is found out again by the next one. */
export interface SyncMemory {
  attempts: Attempts;
  /** By their ids. */
  readonly applied: Map<string, AppliedObject>;
  /** Objects that would be pruned and stay. */
  kept: readonly string[] | undefined;
  readonly packer: FilePacker;
}

/** The memory of all syncs, and whose each object is. */
export class SyncMemories {
  readonly #byUid = new Map<string, SyncMemory>();
  readonly #uids = new Map<string, string>();
  readonly #owners = new Map<string, ObjectKey>();
  readonly #makePacker: () => FilePacker;

  constructor(makePacker: () => FilePacker) {
    this.#makePacker = makePacker;
  }

  of(sync: GitSync): SyncMemory {
    const { uid = "" } = sync.metadata;
    const known = this.#byUid.get(uid);
    if (known !== undefined) return known;
    const attempts: Attempts = { failures: 0, isPushed: false };
    const memory = { attempts, applied: new Map<string, AppliedObject>(), kept: undefined, packer: this.#makePacker() };
    this.#byUid.set(uid, memory);
    this.#uids.set(textOf(keyOf(sync)), uid);
    return memory;
  }

  remember(sync: GitSync, applied: AppliedObject): void {
    const id = idOf(applied.place);
    this.of(sync).applied.set(id, applied);
    this.#owners.set(id, keyOf(sync));
  }

  drop(sync: GitSync, id: string): void {
    this.of(sync).applied.delete(id);
    this.#owners.delete(id);
  }

  /** Whose an object is. */
  ownerOf(id: string): ObjectKey | undefined {
    return this.#owners.get(id);
  }

  /** Answers its uid, where it was known. */
  forget(key: ObjectKey): string | undefined {
    const uid = this.#uids.get(textOf(key));
    if (uid === undefined) return undefined;
    for (const id of this.#byUid.get(uid)?.applied.keys() ?? []) this.#owners.delete(id);
    this.#byUid.delete(uid);
    this.#uids.delete(textOf(key));
    return uid;
  }
}

function textOf({ namespace, name }: ObjectKey): string {
  return `${namespace}/${name}`;
}
