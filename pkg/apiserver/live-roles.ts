import { type KindInfo, type KubeObject, kinds } from "../api/index.ts";
import { RoleIndex } from "../auth/index.ts";
import type { Entry, Store } from "../store/index.ts";
import { prefixOf } from "./keys.ts";

const followed: readonly KindInfo[] = [kinds.ClusterRole, kinds.Role, kinds.ClusterRoleBinding, kinds.RoleBinding];

/** The roles and bindings in a store, at every time as it has them: a write counts as soon as it is answered. */
export function followRoles(store: Store): RoleIndex {
  const index = new RoleIndex();
  for (const kind of followed) {
    const prefix = prefixOf(kind);
    const { entries, revision } = store.list(prefix);
    for (const entry of entries) index.put(objectOf(entry));
    store.watch(prefix, revision, {
      onChanges(changes) {
        for (const { current, previous } of changes) {
          if (current !== undefined) index.put(objectOf(current));
          else if (previous !== undefined) index.remove(objectOf(previous));
        }
      },
      onEnd: () => {},
    });
  }
  return index;
}

/** What was stored was decoded when it was written. */
function objectOf(entry: Entry): KubeObject {
  return entry.value as unknown as KubeObject;
}
