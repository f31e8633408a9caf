import type { Choices } from "./choices.ts";
import { oddNumbers, oddTexts } from "./odd-values.ts";

const oddKeys: readonly string[] = [
  ...oddTexts,
  "spec",
  "status",
  "metadata",
  "name",
  "namespace",
  "kind",
  "apiVersion",
  "finalizers",
  "ownerReferences",
  "managedFields",
  "generateName",
  "resourceVersion",
  "uid",
  "deletionTimestamp",
  "labels",
  "annotations",
  "$patch",
  "$retainKeys",
  "$setElementOrder/finalizers",
  "$deleteFromPrimitiveList/finalizers",
];

/** A JSON value with one to three of its parts made into something else. */
export function mutateJson(value: unknown, choices: Choices): unknown {
  let mutated = value;
  for (let left = 1 + choices.below(3); left > 0; left--) mutated = mutateSomewhere(mutated, choices, 0);
  return mutated;
}

function mutateSomewhere(value: unknown, choices: Choices, depth: number): unknown {
  const goesOn = typeof value === "object" && value !== null && choices.chance(0.8) && depth < 12;
  if (!goesOn) return mutateHere(value, choices);
  if (Array.isArray(value)) {
    if (value.length === 0) return mutateHere(value, choices);
    const index = choices.below(value.length);
    return value.with(index, mutateSomewhere(value[index], choices, depth + 1));
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return mutateHere(value, choices);
  const [name, member] = choices.one(entries);
  return { ...value, [name]: mutateSomewhere(member, choices, depth + 1) };
}

function mutateHere(value: unknown, choices: Choices): unknown {
  if (Array.isArray(value) && choices.chance(0.6)) return mutateList(value, choices);
  if (typeof value === "object" && value !== null && choices.chance(0.6)) return mutateObject(value, choices);
  return oddValue(choices);
}

function mutateList(list: readonly unknown[], choices: Choices): unknown {
  switch (choices.below(4)) {
    case 0:
      return [...list, ...list];
    case 1:
      return list.slice(1);
    case 2:
      return [...list, oddValue(choices)];
    default:
      return list.toReversed();
  }
}

function mutateObject(object: object, choices: Choices): unknown {
  const entries = Object.entries(object);
  switch (choices.below(3)) {
    case 0:
      return Object.fromEntries(entries.filter(() => choices.chance(0.7)));
    case 1:
      return Object.fromEntries(
        entries.map(([name, value]) => [choices.chance(0.3) ? choices.one(oddKeys) : name, value]),
      );
    default:
      return Object.fromEntries([...entries, [choices.one(oddKeys), oddValue(choices)]]);
  }
}

function oddValue(choices: Choices): unknown {
  switch (choices.below(9)) {
    case 0:
      return null;
    case 1:
      return choices.chance(0.5);
    case 2:
      return choices.one(oddNumbers);
    case 3:
      return {};
    case 4:
      return [];
    case 5:
      return nested(choices.one([3, 60, 70, 200]));
    case 6:
      return { [choices.one(oddKeys)]: choices.one(oddTexts) };
    default:
      return choices.one(oddTexts);
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

/** Operations of a JSON patch, some of which can be done. */
export function jsonPatch(choices: Choices): unknown {
  const paths = [
    "",
    "/",
    "/metadata/labels/x",
    "/data/a",
    "/data/-",
    "/spec/components/0/replicas",
    "/spec",
    "/status",
    "/a~1b/~0",
    "/__proto__/x",
    "x",
  ];
  const count = choices.chance(0.01) ? 10_001 : 1 + choices.below(5);
  const operation = (): object => ({
    op: choices.one(["add", "remove", "replace", "move", "copy", "test", "merge", ""]),
    path: choices.one(paths),
    ...(choices.chance(0.5) && { from: choices.one(paths) }),
    ...(choices.chance(0.7) && { value: oddValue(choices) }),
  });
  return Array.from({ length: count }, operation);
}
