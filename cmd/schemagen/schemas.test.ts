import { describe, expect, test } from "vitest";
import { type Definition, dereference, loadModel } from "./model.ts";

const model = await loadModel("schemas");

/** Every schema node of a definition, by its path. */
function* nodes(path: string, node: Definition): Generator<readonly [string, Definition]> {
  yield [path, node];
  for (const [name, property] of Object.entries(node.properties ?? {})) yield* nodes(`${path}.${name}`, property);
  if (node.items !== undefined) yield* nodes(`${path}[]`, node.items);
  if (typeof node.additionalProperties === "object") yield* nodes(`${path}{}`, node.additionalProperties);
}

const all = [...model.definitions].flatMap(([name, definition]) => [...nodes(name, definition)]);

/** Where a path leads: by names, a list's filter or index ([?(@.type=="X")]), or a key of a map (['load.1m']). */
function at(kind: Definition, path: string): Definition | undefined {
  let node: Definition | undefined = dereference(model, kind);
  const keys = path.replaceAll(/\['[^']*'\]/g, ".{}");
  for (const step of keys.replace(/^\./, "").split(/\.|\[[^\]]*\]\.?/)) {
    if (step === "{}") {
      node = typeof node?.additionalProperties === "object" ? node.additionalProperties : undefined;
      continue;
    }
    if (node?.items !== undefined && !/^\d+$/.test(step)) node = node.items;
    node = /^\d+$/.test(step) ? node?.items : node?.properties?.[step];
  }
  return node;
}

describe("schemas", () => {
  test("every field is described", () => {
    const silent = all.filter(([path, node]) => {
      const target = node.$ref === undefined ? undefined : model.definitions.get(node.$ref.slice("#/$defs/".length));
      return (
        /\.[^.]+$/.test(path) && !/(\[\]|\{\})$/.test(path) && (node.description ?? target?.description) === undefined
      );
    });
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  test("every object is closed", () => {
    const open = all.filter(
      ([, node]) =>
        node.type === "object" &&
        node.additionalProperties === undefined &&
        node["x-kubernetes-preserve-unknown-fields"] !== true,
    );
    expect(open.map(([path]) => path)).toEqual([]);
  });

  test("every list says how it is merged, and keyed items have their keys", () => {
    const faults = all
      .filter(([, node]) => node.type === "array")
      .filter(([, node]) => {
        if (node["x-kubernetes-list-type"] !== "map") return node["x-kubernetes-list-type"] === undefined;
        const item = node.items === undefined ? {} : dereference(model, node.items);
        const keys = node["x-kubernetes-list-map-keys"] ?? [];
        return keys.length === 0 || !keys.every((key) => item.properties?.[key] !== undefined);
      });
    expect(faults.map(([path]) => path)).toEqual([]);
  });

  test("required fields are there", () => {
    const faults = all.filter(([, node]) => node.required?.some((name) => node.properties?.[name] === undefined));
    expect(faults.map(([path]) => path)).toEqual([]);
  });

  test.each(model.kinds.map((kind) => [kind["x-kind"], kind] as const))(
    "%s: columns and selectors lead to fields",
    (_, kind) => {
      const paths = [
        ...kind["x-printerColumns"].map((column) => String(column["jsonPath"])),
        ...kind["x-selectableFields"],
        ...Object.values(kind["x-subresources"].scale ?? {}),
      ];
      expect(paths.filter((path) => at(kind, path) === undefined)).toEqual([]);
    },
  );

  // A Token is good or gone, a revision never changes, and a question is not stored: no controller settles them.
  const unsettled = ["ApplicationRevision", "ResourceQuery", "Token"];
  const settled = model.kinds.filter((kind) => kind["x-group"] === "plush.dev" && !unsettled.includes(kind["x-kind"]));
  test.each(settled.map((kind) => [kind["x-kind"], kind] as const))(
    "%s has the conditions that every kind of ours has",
    (_, kind) => {
      expect(Object.keys(kind["x-conditions"])).toEqual(expect.arrayContaining(["Ready", "Reconciling", "Stalled"]));
      const reasons = Object.values(kind["x-conditions"]).flat();
      expect(reasons.filter((reason) => !/^[A-Z][A-Za-z0-9]+$/.test(reason))).toEqual([]);
    },
  );
});
