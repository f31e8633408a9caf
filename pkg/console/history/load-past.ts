import { type KindInfo, type KubeObject, keyOf, keyText } from "../../api/index.ts";
import type { ApiClient, ListOptions } from "../../client/portable.ts";
import { StatusError } from "../../status/index.ts";
import { historyTexts as texts } from "../texts/history.ts";
import { type PastChange, PastObjects } from "./past-objects.ts";

export interface PastRange {
  /** Revisions: the state at the first, and all changes up to the last. */
  readonly from: number;
  readonly to: number;
}

/** More than a page can hold and move through at ease. */
const maxChanges = 100_000;
const pageSize = 500;
/** A watch that has told all says how far it is when its time is up. */
const watchSeconds = 1;

/** Reads what was there at the beginning of a time, and what came of it. Throws Expired where that is forgotten. */
export async function loadPast<T extends KubeObject>(
  client: Pick<ApiClient, "list" | "watch">,
  kind: KindInfo<T>,
  { from, to }: PastRange,
  options: Pick<ListOptions, "namespace" | "signal">,
): Promise<PastObjects<T>> {
  const start = await listThen(client, kind, from, options);
  const changes: PastChange<T>[] = [];
  for (let position = from; position < to; ) {
    const watch = client.watch(kind, { ...options, resourceVersion: String(position), timeoutSeconds: watchSeconds });
    for await (const { type, object } of watch) {
      const revision = Number(object.metadata.resourceVersion);
      if (revision > to) return new PastObjects(start, changes);
      position = Math.max(position, revision);
      if (type === "BOOKMARK") continue;
      changes.push({ revision, key: keyText(keyOf(object)), now: type === "DELETED" ? undefined : object });
      if (changes.length > maxChanges) throw new StatusError("RequestEntityTooLarge", texts.tooMuch(kind.plural));
    }
    options.signal?.throwIfAborted();
  }
  return new PastObjects(start, changes);
}

async function listThen<T extends KubeObject>(
  client: Pick<ApiClient, "list">,
  kind: KindInfo<T>,
  revision: number,
  options: Pick<ListOptions, "namespace" | "signal">,
): Promise<ReadonlyMap<string, T>> {
  const objects = new Map<string, T>();
  let place: ListOptions = { resourceVersion: String(revision), resourceVersionMatch: "Exact" };
  for (;;) {
    const { items, metadata } = await client.list(kind, { ...options, limit: pageSize, ...place });
    for (const object of items) objects.set(keyText(keyOf(object)), object);
    if (metadata.continue === undefined) return objects;
    place = { continue: metadata.continue };
  }
}
