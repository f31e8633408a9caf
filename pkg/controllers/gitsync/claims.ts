import { type GitSync, type KubeObject, kinds, type SyncedObject } from "../../api/index.ts";
import { managerOf, syncManagers } from "./manager.ts";
import { idOf, type ObjectPlace, placeOf } from "./object-id.ts";
import { type Claimant, ownerOf } from "./ownership-plan.ts";
import type { GitSyncPorts } from "./ports.ts";

/** Which sync an object belongs to, as of now. */
export class Claims {
  readonly #sync: GitSync;
  readonly #manager: string;
  readonly #ports: Pick<GitSyncPorts, "cache">;
  #others: ReadonlyMap<string, GitSync> | undefined;
  readonly #held = new Map<GitSync, ReadonlySet<string>>();

  constructor(sync: GitSync, ports: Pick<GitSyncPorts, "cache">) {
    this.#sync = sync;
    this.#manager = managerOf(sync);
    this.#ports = ports;
  }

  /** "namespace/name" of another sync that an object belongs to. */
  otherOwner(place: ObjectPlace, live: KubeObject | undefined): string | undefined {
    const managers = (live === undefined ? [] : syncManagers(live)).filter((manager) => manager !== this.#manager);
    if (managers.length === 0) return undefined;
    this.#others ??= new Map(
      this.#ports
        .cache(kinds.GitSync)
        .list()
        .map((sync) => [managerOf(sync), sync]),
    );
    const id = idOf(place);
    const others = managers.flatMap((manager) => {
      const sync = this.#others?.get(manager);
      return sync === undefined ? [] : [this.#claimant(sync, id)];
    });
    return ownerOf(this.#claimant(this.#sync, id), others)?.name;
  }

  #claimant(sync: GitSync, id: string): Claimant {
    const { namespace, name, creationTimestamp = "", uid = "" } = sync.metadata;
    return { name: `${namespace}/${name}`, createdAt: creationTimestamp, uid, holds: this.#idsOf(sync).has(id) };
  }

  #idsOf(sync: GitSync): ReadonlySet<string> {
    const known = this.#held.get(sync);
    if (known !== undefined) return known;
    const ids = new Set(inventoryOf(sync).map(idOf));
    this.#held.set(sync, ids);
    return ids;
  }
}

/** What a sync has applied, or was about to. */
export function inventoryOf({ status }: GitSync): readonly ObjectPlace[] {
  return (status?.inventory ?? []).flatMap((entry: SyncedObject) => placeOf(entry) ?? []);
}
