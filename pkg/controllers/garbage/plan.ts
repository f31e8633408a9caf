import type { KubeObject, OwnerReference } from "../../api/index.ts";

/** The finalizers by which a deletion says how dependents are to be treated. */
export const foregroundFinalizer = "foregroundDeletion";
const orphanFinalizer = "orphan";

/**
 * What is known of an owner. present: it is there. waiting: it is there and waits for its dependents to go. absent: it is
 * certainly not there. unknown: nothing certain is known, so that nothing may be concluded.
 */
export type OwnerState = "present" | "waiting" | "absent" | "unknown";

export interface OwnerObservation {
  readonly reference: OwnerReference;
  readonly state: OwnerState;
}

export interface GarbageInput {
  readonly object: KubeObject;
  readonly owners: readonly OwnerObservation[];
  /** Objects that name this one as owner. */
  readonly dependents: readonly KubeObject[];
}

export type GarbageAction =
  /** Nobody needs the object any more. */
  | { readonly kind: "delete"; readonly policy: "Background" | "Foreground" }
  /** Owners that are gone, beside one that is there. */
  | { readonly kind: "dropOwners"; readonly uids: readonly string[] }
  /** The object is being deleted and leaves its dependents behind. */
  | { readonly kind: "orphanDependents" }
  | { readonly kind: "releaseFinalizer"; readonly finalizer: string };

/** What is to be done about one object; at most one thing, because each changes what is seen next. */
export function planGarbage(input: GarbageInput): GarbageAction | undefined {
  const { metadata } = input.object;
  if (metadata.deletionTimestamp !== undefined) return planDeleting(input);
  const { owners } = input;
  if (owners.length === 0 || owners.some(({ state }) => state === "unknown")) return undefined;
  const absent = owners.filter(({ state }) => state === "absent");
  if (owners.some(({ state }) => state === "present"))
    return absent.length === 0 ? undefined : { kind: "dropOwners", uids: absent.map(({ reference }) => reference.uid) };
  // All are gone or want it gone. What blocks an owner must be gone with all that depends on it in turn.
  const blocks = owners.some(({ reference, state }) => state === "waiting" && reference.blockOwnerDeletion === true);
  return { kind: "delete", policy: blocks && input.dependents.length > 0 ? "Foreground" : "Background" };
}

function planDeleting({ object, dependents }: GarbageInput): GarbageAction | undefined {
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes(orphanFinalizer))
    return dependents.length > 0
      ? { kind: "orphanDependents" }
      : { kind: "releaseFinalizer", finalizer: orphanFinalizer };
  if (!finalizers.includes(foregroundFinalizer)) return undefined;
  const isBlocked = dependents.some((dependent) => blocksDeletion(dependent, object));
  return isBlocked ? undefined : { kind: "releaseFinalizer", finalizer: foregroundFinalizer };
}

function blocksDeletion(dependent: KubeObject, owner: KubeObject): boolean {
  return (dependent.metadata.ownerReferences ?? []).some(
    ({ uid, blockOwnerDeletion }) => uid === owner.metadata.uid && blockOwnerDeletion === true,
  );
}
