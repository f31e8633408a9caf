// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of manifests are written so
import { expect, test } from "vitest";
import { kinds } from "../api/index.ts";
import { StatusError } from "../status/index.ts";
import { faultsOf } from "./faults.ts";
import { placeManifest } from "./manifest.ts";
import { parseManifests } from "./parse-manifests.ts";
import type { Values } from "./substitute.ts";

const values: Values = new Map([
  ["NAME", { text: "web", isSecret: false }],
  ["N", { text: "3", isSecret: false }],
  ["EVIL", { text: "x\nspec: {a: b} # c", isSecret: false }],
  ["BIG", { text: "x".repeat(1 << 20), isSecret: false }],
  ["WORD", { text: "s3cr3t", isSecret: true }],
]);

function parse(body: string) {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\n${body}\n`;
  return parseManifests([{ file: "a.yaml", directory: ".", text }], { values });
}

test.each<[string, unknown]>([
  ["${NAME}", "web"],
  ["a-${NAME}-${N}", "a-web-3"],
  ["${N}", 3],
  ['"${N}"', "3"],
  ["'${N}'", "3"],
  ["${NONE:=true}", true],
  ["${NONE:=}", ""],
  ["${NONE:=5.0.1}", "5.0.1"],
  ["$${NAME}", "${NAME}"],
  ["$${NAME:=x} ${NAME}", "${NAME:=x} web"],
  ["${NAME:-x} ${#NAME} $NAME $(NAME)", "${NAME:-x} ${#NAME} $NAME $(NAME)"],
  ["${EVIL}", "x\nspec: {a: b} # c"],
  ["|\n  one ${N}\n  two", "one 3\ntwo\n"],
])("B-GIT-9: %s is %j", (written, expected) => {
  const { manifests, faults } = parse(
    `spec:\n  value: ${written.replace("\n  ", "\n    ").replace("\n  two", "\n    two")}`,
  );
  expect(faults).toEqual([]);
  expect(manifests[0]?.object).toMatchObject({ spec: { value: expected } });
});

test("B-GIT-9: what has no value and no default is a fault of its line; an object may opt out", () => {
  expect(parse("data:\n  a: x\n  b: ${NONE}").faults).toEqual([
    { file: "a.yaml", line: 6, message: "${NONE} has no value, and no default" },
  ]);
  const text =
    "apiVersion: v1\nkind: X\nmetadata:\n  name: y\n  annotations: {plush.dev/substitute: disabled}\na: ${NONE} $${N}\n";
  const { manifests } = parseManifests([{ file: "b.yaml", directory: ".", text }], { values });
  expect(manifests[0]?.object).toMatchObject({ a: "${NONE} $${N}" });
});

test("B-GIT-9: items of a list are replaced one by one, and keys are not", () => {
  const text =
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: X, metadata: {name: "${NAME}"}, "${N}": "${N}"}\n';
  const { manifests } = parseManifests([{ file: "b.yaml", directory: ".", text }], { values });
  expect(manifests[0]?.object).toMatchObject({ metadata: { name: "web" }, "${N}": "3" });
});

test("B-GIT-9: values that grow beyond what an object may be are a fault", () => {
  expect(parse(`data:\n${["a", "b", "c", "d"].map((key) => `  ${key}: \${BIG}`).join("\n")}`).faults).toMatchObject([
    { message: expect.stringContaining("larger than 3 MiB") },
  ]);
});

test("B-GIT-10: what the server says of an object with values of Secrets is not repeated", () => {
  const [manifest] = parse("data:\n  a: ${WORD}").manifests;
  if (manifest === undefined) throw new Error("no manifest");
  const causes = [{ reason: "FieldValueInvalid", field: "data.a", message: 'Invalid value: "s3cr…' }];
  const error = new StatusError("Invalid", "s3cr3t", { details: { causes } });
  const [fault] = faultsOf(placeManifest(manifest, kinds.ConfigMap, "default"), error);
  expect(fault).toEqual({
    file: "a.yaml",
    line: 5,
    message: "data.a: refused (Invalid); why is not said, since values of Secrets stand in it",
  });
});

test("B-GIT-4: markers of a merge that was not finished are a fault of their line", () => {
  const { manifests, faults } = parse("data:\n<<<<<<< HEAD\n  a: b\n=======\n  a: c\n>>>>>>> other");
  expect(manifests).toEqual([]);
  expect(faults).toEqual([{ file: "a.yaml", line: 5, message: "the markers of a merge that was not finished" }]);
});
