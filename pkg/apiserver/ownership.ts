import { allKinds, type KindInfo } from "../api/index.ts";
import { isObject } from "../merge/index.ts";
import type { Change, Entry } from "../store/index.ts";
import type { ApiObject, Backend } from "./backend.ts";
import { prefixOf } from "./keys.ts";
import { asApiObject } from "./object-state.ts";

/** News of an object that names owners, or is being deleted, or did so until now; or that is gone. */
export interface OwnershipChange {
  readonly kind: KindInfo;
  /** As it is, or as it was last. What of it is kept sealed is not there. */
  readonly object: ApiObject;
  readonly gone: boolean;
}

/** Who owns whom, over all kinds: what a collector of garbage lives on, without a copy of everything. */
export interface Ownership {
  /** Tells of all such objects that are there, then of each change. Returns what ends it. `handler` must not throw. */
  subscribe(handler: (change: OwnershipChange) => void): () => void;
}

/** All that is stored. */
const root = "/registry/";

export function makeOwnership({ store }: Backend): Ownership {
  const kindOf = kindsByPrefix();
  return {
    subscribe(handler) {
      for (const entry of store.list(root).entries) {
        const kind = mentionsOwners(entry) ? kindOf(entry.key) : undefined;
        if (kind !== undefined) handler({ kind, object: asApiObject(entry.value), gone: false });
      }
      const watcher = store.watch(root, store.revision, {
        onChanges(changes) {
          for (const change of changes) {
            const kind = kindOf(change.key);
            const news = kind && newsOf(kind, change);
            if (news !== undefined) handler(news);
          }
        },
        onEnd: () => {},
      });
      return () => watcher.close();
    },
  };
}

function newsOf(kind: KindInfo, { current, previous }: Change): OwnershipChange | undefined {
  if (current === undefined) return previous && { kind, object: asApiObject(previous.value), gone: true };
  if (!namesOwners(current) && (previous === undefined || !mentionsOwners(previous))) return undefined;
  return { kind, object: asApiObject(current.value), gone: false };
}

/** Without parsing it: true for all that have such fields, and for some that only speak of them. */
function mentionsOwners({ text }: Entry): boolean {
  return text.includes('"ownerReferences":') || text.includes('"deletionTimestamp":');
}

function namesOwners(entry: Entry): boolean {
  const { metadata } = entry.peek();
  return (
    isObject(metadata) && (metadata["ownerReferences"] !== undefined || metadata["deletionTimestamp"] !== undefined)
  );
}

function kindsByPrefix(): (key: string) => KindInfo | undefined {
  const kinds = new Map(allKinds.map((kind) => [prefixOf(kind), kind]));
  // /registry/GROUP/PLURAL/ and what is below.
  return (key) => kinds.get(key.slice(0, key.indexOf("/", key.indexOf("/", root.length) + 1) + 1));
}
