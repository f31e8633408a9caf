import { type KindInfo, type KubeObject, keyOf, keyText, kinds } from "../../../api/index.ts";
import { bestPage } from "../../actions/links.ts";
import type { Change, World } from "../../live/world.ts";
import { navigate } from "../router.tsx";
import { type Entry, objectEntry } from "./entries.ts";

/** What people look for by name, in this order where a query fits equally well. */
const indexedKinds: readonly KindInfo[] = [
  ...[kinds.Application, kinds.Resource, kinds.ResourcePool, kinds.Component, kinds.Process, kinds.Claim],
  ...[kinds.Phase, kinds.GitSync, kinds.Software, kinds.Secret, kinds.ConfigMap, kinds.Token],
];

/** So many names are taken in before the page gets its turn again. */
const batch = 500;

/** Names of objects, kept as they come and go while somebody looks for them; made in the page's idle time. */
export class ObjectIndex {
  readonly #world: World;
  readonly #onChange: () => void;
  readonly #entries = new Map<KindInfo, Map<string, Entry>>();
  readonly #leave: (() => void)[] = [];
  #isClosed = false;

  constructor(world: World, onChange: () => void) {
    this.#world = world;
    this.#onChange = onChange;
    for (const kind of indexedKinds) {
      this.#entries.set(kind, new Map());
      this.#leave.push(world.subscribe<KubeObject>(kind, (changes) => this.#take(kind, changes)));
      this.#fill(kind, world.view(kind).objects.entries());
    }
  }

  /** In the order of kinds, and of each in that in which they were met. */
  *entries(): Generator<Entry> {
    for (const entries of this.#entries.values()) yield* entries.values();
  }

  /** Whether all that there is has been heard of. */
  get isComplete(): boolean {
    return indexedKinds.every((kind) => {
      const { isSynced, problem, objects } = this.#world.view(kind);
      return problem !== undefined || (isSynced && (this.#entries.get(kind)?.size ?? 0) >= objects.size);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const leave of this.#leave) leave();
  }

  #fill(kind: KindInfo, objects: Iterator<readonly [string, KubeObject]>): void {
    if (this.#isClosed) return;
    for (let count = 0; count < batch; count++) {
      const next = objects.next();
      if (next.done === true) {
        this.#onChange();
        return;
      }
      this.#set(kind, next.value[1]);
    }
    whenIdle(() => this.#fill(kind, objects));
  }

  #take(kind: KindInfo, changes: readonly Change<KubeObject>[]): void {
    let isChanged = false;
    for (const { key, now } of changes) {
      const known = this.#entries.get(kind)?.has(key) === true;
      // Who only changes is called the same.
      if (now === undefined ? !known : known) continue;
      isChanged = true;
      if (now === undefined) this.#entries.get(kind)?.delete(key);
      else this.#set(kind, now);
    }
    if (isChanged || changes.length === 0) this.#onChange();
  }

  #set(kind: KindInfo, object: KubeObject): void {
    const key = keyOf(object);
    this.#entries.get(kind)?.set(
      keyText(key),
      objectEntry(kind, key, () => navigate(bestPage(kind, key))),
    );
  }
}

function whenIdle(run: () => void): void {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(run);
  else setTimeout(run);
}
