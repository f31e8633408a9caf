import type { Store } from "../store/index.ts";

/** A store that does not look whether what a write rests on is still so. */
export function carelessStore(store: Store): Store {
  return {
    get revision() {
      return store.revision;
    },
    get compacted() {
      return store.compacted;
    },
    term: store.term,
    clusterUid: store.clusterUid,
    get: (key) => store.get(key),
    head: (key) => store.head(key),
    list: (prefix, options) => store.list(prefix, options),
    commit: (_preconditions, writes) => store.commit([], writes),
    watch: (prefix, after, handler) => store.watch(prefix, after, handler),
    backup: (file) => store.backup(file),
    close: () => store.close(),
  };
}
