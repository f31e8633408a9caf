import { expect, it } from "vitest";
import { parseText } from "./document.ts";
import { manifestSet, problemAt } from "./manifest-set.ts";

const text = `apiVersion: plush.dev/v1
kind: Application
metadata: {name: web, namespace: own}
spec: {}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: b}
    data:
      x: 1
---
# nothing
---
kind: Software
`;

it("a set is what the command line would apply, in its order, items of lists among it", () => {
  const parsed = parseText(text);
  const { manifests, problems, placeOf } = manifestSet(parsed, "mine");
  expect(manifests.map(({ kind, namespace, name }) => [kind.kind, namespace, name])).toEqual([
    ["ConfigMap", "mine", "a"],
    ["ConfigMap", "mine", "b"],
    ["Application", "own", "web"],
  ]);
  expect(problems).toEqual([
    { document: 3, path: ["apiVersion"], line: 18, message: "apiVersion: Required value" },
    { document: 3, path: ["metadata", "name"], line: 18, message: "metadata.name: Required value" },
  ]);
  const [, second] = manifests;
  expect(second?.lineOf("data.x")).toBe(14);
  expect(problemAt(parsed, placeOf(second?.file ?? ""), "data.x", "no")).toEqual({
    ...{ document: 1, path: ["items", 1, "data", "x"], line: 14, message: "no" },
  });
});

it("an object that stands twice, and a kind that there is not, are told where they are", () => {
  const twice = text.replace("name: b", "name: a").replace("kind: Application", "kind: Nothing");
  const { problems } = manifestSet(parseText(twice), "mine");
  expect(problems.slice(2).map(({ document, path, line }) => ({ document, path, line }))).toEqual([
    { document: 0, path: [], line: 2 },
    { document: 1, path: ["items", 1], line: 12 },
  ]);
});
