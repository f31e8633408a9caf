import type { KindInfo, KubeObject } from "../../api/index.ts";

/** Objects of one kind that are left in a namespace. */
export interface Remaining {
  readonly kind: KindInfo;
  readonly objects: readonly KubeObject[];
}

export interface NamespacePlan {
  /** To be deleted now: those of the first stage that has any, without those that are being deleted already. */
  readonly deletions: readonly { readonly kind: KindInfo; readonly object: KubeObject }[];
  /** What is left, for people: "2 applications, 5 claims"; "" when the namespace is empty. */
  readonly left: string;
}

/** Kinds that run on machines carry this category; the rest is what they are made of. */
const workCategory = "all";

/**
 * Decides what goes next from a namespace that is deleted: first work that nobody owns, with all that it owns; then the
 * rest of the work; then what work needs until it is removed from machines (packages, secrets); last what tells of it.
 */
export function planNamespace(remaining: readonly Remaining[]): NamespacePlan {
  const filled = remaining.filter(({ objects }) => objects.length > 0);
  const stages = new Map<number, { kind: KindInfo; object: KubeObject }[]>();
  for (const { kind, objects } of filled)
    for (const object of objects) {
      const stage = stageOf(kind, object);
      const members = stages.get(stage) ?? [];
      members.push({ kind, object });
      stages.set(stage, members);
    }
  const first = Math.min(...stages.keys());
  return {
    deletions: (stages.get(first) ?? []).filter(({ object }) => object.metadata.deletionTimestamp === undefined),
    left: filled
      .map(({ kind, objects }) => `${objects.length} ${objects.length === 1 ? kind.singular : kind.plural}`)
      .join(", "),
  };
}

function stageOf(kind: KindInfo, { metadata }: KubeObject): number {
  if (kind.kind === "Event") return 3;
  if (!kind.categories.includes(workCategory)) return 2;
  return (metadata.ownerReferences ?? []).some(({ controller }) => controller === true) ? 1 : 0;
}
