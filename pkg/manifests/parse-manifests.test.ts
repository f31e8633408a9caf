import { expect, it } from "vitest";
import { parseManifests } from "./parse-manifests.ts";

function parse(text: string) {
  return parseManifests([{ file: "app.yaml", directory: ".", text }]);
}

const text = `# two objects
apiVersion: plush.dev/v1
kind: Application
metadata:
  name: web
  labels:
    plush.dev/tier: front
spec:
  components:
  - name: servers
    replicas: two
  - {name: more,
     replicas: 3}
  phases: &phases
  - name: serve
    after:
    - nope
    env: [{name: A, value: x},
          {name: B, value: y}]
  copies: *phases
---
apiVersion: v1
kind: Secret
metadata: {name: s}
`;

it.each([
  ["", 2],
  ["kind", 3],
  ["metadata.name", 5],
  ["metadata.labels.plush.dev/tier", 7],
  ["metadata.labels[plush.dev/tier]", 7],
  ['metadata.labels["plush.dev/tier"]', 7],
  ["spec.components[0].replicas", 11],
  ["spec.components[1].replicas", 13],
  ["spec.components[0].resources.pool", 10],
  ["spec.components[9]", 9],
  ["spec.phases[0].after[0]", 17],
  ['.spec.phases[0].env[name="B"].value', 19],
  ["spec.copies[0].after", 16],
  ["nothing.at.all", 2],
])("knows the line of %s", (field, line) => {
  const { manifests, faults } = parse(text);
  expect(faults).toEqual([]);
  expect(manifests[0]?.lineOf(field)).toBe(line);
});

it("reads documents, lists and JSON", () => {
  const list = `{"kind": "List", "apiVersion": "v1", "items": [\n{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}},\n{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "b"}}]}`;
  expect(parse(text).manifests.map(({ object }) => object.metadata.name)).toEqual(["web", "s"]);
  const { manifests } = parse(list);
  expect(manifests.map(({ object, lineOf }) => [object.metadata.name, lineOf("metadata")])).toEqual([
    ["a", 2],
    ["b", 3],
  ]);
  expect(parse("# nothing\n---\n").manifests).toEqual([]);
});

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefgh"].map((name, index) => `${name}: &${name} [${`*${"abcdefg"[index]},`.repeat(9)}]`).join("\n")}\n`;

it.each([
  ["a: 1\na: 2\n", 2, /unique/],
  ["a: [1,\nb: 2\n", 2, /.+/],
  ["apiVersion: v1\nkind: Secret\nmetadata: {}\n", 1, /^metadata.name: Required value$/],
  ["just text\n", 1, /^apiVersion: Required value; kind: Required value; metadata.name: Required value$/],
  [bomb, 1, /alias/i],
  ["[".repeat(100_000), 1, /.+/],
])("finds fault %#", (faulty, line, message) => {
  const { manifests, faults } = parse(faulty);
  expect(manifests).toEqual([]);
  expect(faults[0]?.line).toBe(line);
  expect(faults[0]?.message).toMatch(message);
});
