import type { KubeObject } from "../../../pkg/api/index.ts";
import type { ResourceInformer } from "../../../pkg/sdk/node.ts";

/** How many of an informer's objects are as somebody wants them, kept as they change: who waits for ten thousand walks no list. */
export class Tally<T extends KubeObject> {
  readonly #uids = new Set<string>();
  /** Ends the counting. */
  readonly stop: () => void;

  constructor(informer: ResourceInformer<T>, isWanted: (object: T) => boolean) {
    const look = (object: T): void => {
      const { uid = "" } = object.metadata;
      if (isWanted(object)) this.#uids.add(uid);
      else this.#uids.delete(uid);
    };
    this.stop = informer.on({
      add: look,
      update: look,
      delete: ({ metadata }) => void this.#uids.delete(metadata.uid ?? ""),
    });
  }

  get count(): number {
    return this.#uids.size;
  }
}
