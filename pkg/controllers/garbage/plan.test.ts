import { expect, test } from "vitest";
import type { KubeObject, OwnerReference } from "../../api/index.ts";
import { type GarbageAction, type OwnerState, planGarbage } from "./plan.ts";

function owner(uid: string, blocks = false): OwnerReference {
  return { apiVersion: "v1", kind: "ConfigMap", name: uid, uid, ...(blocks && { blockOwnerDeletion: true }) };
}

function object(metadata: Partial<KubeObject["metadata"]> = {}): KubeObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", uid: "x", ...metadata } };
}

type Owners = readonly (readonly [OwnerReference, OwnerState])[];
const dependent = object({ uid: "d", ownerReferences: [owner("x")] });
const blocker = object({ uid: "b", ownerReferences: [owner("x", true)] });
const remove = (policy: "Background" | "Foreground"): GarbageAction => ({ kind: "delete", policy });

test.each<[string, Owners, readonly KubeObject[], GarbageAction | undefined]>([
  ["an object without owners stays", [], [], undefined],
  ["an object stays with its owner", [[owner("a"), "present"]], [], undefined],
  ["an object goes after its owner", [[owner("a"), "absent"]], [], remove("Background")],
  [
    "an object goes after all of its owners",
    [
      [owner("a"), "absent"],
      [owner("b"), "absent"],
    ],
    [],
    remove("Background"),
  ],
  [
    "an object that has an owner left loses the others",
    [
      [owner("a"), "absent"],
      [owner("b"), "present"],
    ],
    [],
    { kind: "dropOwners", uids: ["a"] },
  ],
  [
    "nothing is concluded from what is unknown",
    [
      [owner("a"), "absent"],
      [owner("b"), "unknown"],
    ],
    [],
    undefined,
  ],
  ["an object goes before an owner that waits for it", [[owner("a"), "waiting"]], [], remove("Background")],
  [
    "what blocks a waiting owner goes with all below it first",
    [[owner("a", true), "waiting"]],
    [dependent],
    remove("Foreground"),
  ],
  [
    "what does not block it does not wait for those below",
    [[owner("a"), "waiting"]],
    [dependent],
    remove("Background"),
  ],
])("%s", (_name, owners, dependents, expected) => {
  const observed = owners.map(([reference, state]) => ({ reference, state }));
  expect(planGarbage({ object: object(), owners: observed, dependents })).toEqual(expected);
});

const now = "2026-01-01T00:00:00Z";
const foreground = { deletionTimestamp: now, finalizers: ["foregroundDeletion"] };
const orphan = { deletionTimestamp: now, finalizers: ["orphan", "test/other"] };
test.each<[string, Partial<KubeObject["metadata"]>, readonly KubeObject[], GarbageAction | undefined]>([
  ["without a finalizer of ours it is nobody's business", { deletionTimestamp: now }, [dependent], undefined],
  ["foreground waits for what blocks", foreground, [dependent, blocker], undefined],
  [
    "foreground does not wait for the rest",
    foreground,
    [dependent],
    { kind: "releaseFinalizer", finalizer: "foregroundDeletion" },
  ],
  ["orphan strips dependents first", orphan, [dependent], { kind: "orphanDependents" }],
  ["orphan lets go when none is left", orphan, [], { kind: "releaseFinalizer", finalizer: "orphan" }],
])("of a deleted object: %s", (_name, metadata, dependents, expected) => {
  expect(planGarbage({ object: object(metadata), owners: [], dependents })).toEqual(expected);
});
