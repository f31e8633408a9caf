import { type Allocation, kinds, type ObjectKey, type Resource } from "../../api/index.ts";
import { isHeld, isOlderBinding } from "../../graph/index.ts";
import type { DocumentPorts } from "./ports.ts";

/**
 * Bindings from before the newest restore. They are ordered once their machine has said that it has them: what it has
 * given up since the backup was taken must not begin again, at an epoch that is over. Such a claim gets another epoch.
 */
export class OlderBindings {
  readonly #ports: DocumentPorts;
  /** MACHINE CLAIM@EPOCH that were seen: from then on no other server has a say in them. */
  readonly #seen = new Set<string>();

  constructor(ports: DocumentPorts) {
    this.#ports = ports;
  }

  /** Claims on a machine of which it has not said so. */
  unseen({ metadata, status }: Resource): ReadonlySet<string> {
    const older = (status?.allocations ?? []).filter((one) => this.#isOlder(one));
    if (older.length === 0) return new Set();
    const { uid = "" } = metadata;
    const observation = this.#ports.fabric.observe(uid);
    return new Set(
      older.flatMap(({ claimUid, epoch }) => {
        const key = `${uid} ${claimUid}@${epoch}`;
        if (observation.state === "connected" && isHeld(epoch, observation.claims.get(claimUid))) this.#seen.add(key);
        return this.#seen.has(key) ? [] : [claimUid];
      }),
    );
  }

  /** A machine that has such bindings is looked at when it reports. */
  follow(enqueue: (key: ObjectKey) => void): () => void {
    const { fabric, cache, epochFloor = 0 } = this.#ports;
    if (epochFloor === 0) return () => undefined;
    return fabric.subscribe((uid) => {
      const resource = cache(kinds.Resource).byUid(uid);
      const { name = "" } = resource?.metadata ?? {};
      if (resource?.status?.allocations?.some((one) => this.#isOlder(one))) enqueue({ namespace: "", name });
    });
  }

  #isOlder({ epoch }: Allocation): boolean {
    return isOlderBinding(epoch, this.#ports.epochFloor ?? 0);
  }
}
