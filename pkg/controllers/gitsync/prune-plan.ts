import { annotations, type GitSync, type KubeObject, kinds } from "../../api/index.ts";
import { inApplyOrder } from "../../manifests/index.ts";
import { idOf, type ObjectPlace, shownName } from "./object-id.ts";

export interface PruneInput {
  readonly sync: GitSync;
  /** Under which it has applied them. */
  readonly manager: string;
  /** All that was ever applied and not been pruned. */
  readonly inventory: readonly ObjectPlace[];
  /** Ids of what the commit has. */
  readonly wanted: ReadonlySet<string>;
  /** What is there, and which syncs have applied it. */
  readonly live: (
    place: ObjectPlace,
  ) => { readonly object: KubeObject; readonly managers: readonly string[] } | undefined;
}

export interface PrunePlan {
  /** In the order in which they go: what refers before what it refers to, what is in a namespace before that. */
  readonly remove: readonly (ObjectPlace & { readonly uid: string })[];
  /** They stay, and why. */
  readonly keep: readonly (ObjectPlace & { readonly why: string })[];
}

/** What of the inventory goes. Nothing does that this sync did not apply, or that another one has applied since. */
export function planPrune({ sync, manager, inventory, wanted, live }: PruneInput): PrunePlan {
  const keep: (ObjectPlace & { readonly why: string })[] = [];
  const remove: (ObjectPlace & { readonly uid: string })[] = [];
  for (const place of inventory) {
    const found = wanted.has(idOf(place)) ? undefined : live(place);
    if (found === undefined || found.object.metadata.deletionTimestamp !== undefined) continue;
    if (!sync.spec.prune || found.managers.length !== 1 || found.managers[0] !== manager) continue;
    const why = whyKept(sync, place, found.object);
    if (why === undefined) remove.push({ ...place, uid: found.object.metadata.uid ?? "" });
    else keep.push({ ...place, why });
  }
  return { remove: inApplyOrder(remove).reverse(), keep };
}

function whyKept({ metadata }: GitSync, place: ObjectPlace, { metadata: own }: KubeObject): string | undefined {
  const { kind, namespace, name } = place;
  const label = shownName(place, metadata.namespace ?? "");
  if (own.annotations?.[annotations.prune] === "disabled") return `${label}: annotated ${annotations.prune}: disabled`;
  if (kind.kind === kinds.Namespace.kind && name === metadata.namespace)
    return `${label}: this GitSync lives in it: delete it by hand`;
  const isSelf = kind.kind === kinds.GitSync.kind && name === metadata.name && namespace === metadata.namespace;
  return isSelf ? `${label}: is this GitSync itself: delete it by hand` : undefined;
}
