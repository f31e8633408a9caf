import type { Store } from "../store/index.ts";

/** A store that writes at most two objects at once, and forgets the rest of a commit. */
export function carelessStore(store: Store): Store {
  return {
    get revision() {
      return store.revision;
    },
    get compacted() {
      return store.compacted;
    },
    get marks() {
      return store.marks;
    },
    term: store.term,
    epochFloor: store.epochFloor,
    clusterUid: store.clusterUid,
    get: (key) => store.get(key),
    head: (key) => store.head(key),
    settled: (key) => store.settled(key),
    list: (prefix, options) => store.list(prefix, options),
    recall: (prefix, revision) => store.recall(prefix, revision),
    commit: (preconditions, writes) => store.commit(preconditions, writes.slice(0, 2)),
    watch: (prefix, after, handler) => store.watch(prefix, after, handler),
    backup: (file) => store.backup(file),
    close: () => store.close(),
  };
}
