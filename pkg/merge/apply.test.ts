import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ManagedFieldsEntry } from "../api/index.ts";
import { applyConfiguration, lastAppliedAnnotation, refreshLastApplied } from "./apply.ts";
import { difference, pathsOf, showPath } from "./field-set.ts";
import { equalJson, isObject, type JsonObject } from "./json.ts";
import { decodeManagedFields, trackUpdate } from "./managed-fields.ts";
import { fieldsOf, stripServerFields } from "./owned-fields.ts";
import { makeTypeReader, objectType } from "./type-node.ts";

const schema = {
  properties: {
    spec: {
      type: "object",
      properties: {
        replicas: { type: "integer" },
        image: { type: "string" },
        args: { type: "array", items: { type: "string" } },
        zones: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
        env: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
          items: { $ref: "#/env" },
        },
        limits: { type: "object", "x-kubernetes-map-type": "atomic", additionalProperties: { type: "string" } },
        options: { type: "object", additionalProperties: { type: "string" } },
      },
    },
    status: { type: "object", properties: { phase: { type: "string" } } },
  },
} as const;
const env = { type: "object", properties: { name: { type: "string" }, value: { type: "string" } } };
const type = objectType(makeTypeReader((ref) => (ref === "#/env" ? env : undefined))(schema));

const apiVersion = "test/v1";
interface World {
  readonly object: JsonObject | undefined;
  readonly managed: readonly ManagedFieldsEntry[];
}
const nothing: World = { object: undefined, managed: [] };

function body(spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion, kind: "Test", metadata: { name: "t", ...metadata }, spec };
}

function apply(world: World, name: string, applied: JsonObject, force = false, time = "t1"): World {
  const outcome = applyConfiguration({
    type,
    live: world.object,
    applied,
    managed: world.managed,
    manager: { name, operation: "Apply", apiVersion },
    force,
    time,
  });
  if ("conflicts" in outcome) throw new Error(outcome.conflicts.map((c) => `${c.manager.name}${c.field}`).join(" "));
  return { object: outcome.object, managed: outcome.managedFields };
}

function update(world: World, name: string, after: JsonObject, time = "t1"): World {
  const manager = { name, operation: "Update", apiVersion } as const;
  return {
    object: after,
    managed: trackUpdate({ type, before: world.object, after, managed: world.managed, manager, time }),
  };
}

function owners({ managed }: World): Record<string, string[]> {
  const rows = decodeManagedFields(managed).map(
    ({ manager, fields }) => [`${manager.name}/${manager.operation}`, pathsOf(fields).map(showPath)] as const,
  );
  return Object.fromEntries(rows);
}

function specOf<Spec>({ object }: World): Spec {
  return object?.["spec"] as Spec;
}

describe("server-side apply", () => {
  test("records what was applied by the schema's rules, without what belongs to the server", () => {
    const world = apply(
      nothing,
      "a",
      body(
        {
          replicas: 1,
          args: ["x"],
          zones: ["eu"],
          env: [{ name: "A", value: "1" }],
          limits: { cpu: "1" },
          options: { deep: "1" },
        },
        { labels: { tier: "web" }, uid: "u" },
      ),
    );
    expect(world.managed).toEqual([
      {
        manager: "a",
        operation: "Apply",
        apiVersion,
        time: "t1",
        fieldsType: "FieldsV1",
        fieldsV1: {
          "f:metadata": { "f:labels": { "f:tier": {} } },
          "f:spec": {
            "f:replicas": {},
            "f:args": {},
            "f:zones": { 'v:"eu"': {} },
            "f:env": { 'k:{"name":"A"}': { ".": {}, "f:name": {}, "f:value": {} } },
            "f:limits": {},
            "f:options": { "f:deep": {} },
          },
        },
      },
    ]);
  });

  test("equal values are shared, other ones conflict, force takes them over", () => {
    const first = apply(nothing, "a", body({ replicas: 1, image: "x" }));
    const shared = apply(first, "b", body({ image: "x" }));
    expect(owners(shared)).toEqual({ "a/Apply": [".spec.replicas", ".spec.image"], "b/Apply": [".spec.image"] });
    expect(() => apply(shared, "b", body({ image: "y" }))).toThrow("a.spec.image");
    const forced = apply(shared, "b", body({ image: "y" }), true);
    expect(forced.object?.["spec"]).toEqual({ replicas: 1, image: "y" });
    expect(owners(forced)).toEqual({ "a/Apply": [".spec.replicas"], "b/Apply": [".spec.image"] });
  });

  test("what is no longer applied goes, unless somebody else owns it", () => {
    const first = apply(
      nothing,
      "a",
      body({
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
        image: "x",
      }),
    );
    const second = apply(first, "b", body({ image: "x", env: [{ name: "B", value: "2" }] }));
    const third = apply(second, "a", body({ replicas: 2 }));
    expect(third.object?.["spec"]).toEqual({ replicas: 2, image: "x", env: [{ name: "B", value: "2" }] });
    const fourth = apply(third, "b", body({}));
    expect(fourth.object?.["spec"]).toEqual({ replicas: 2 });
  });

  test("a default beneath an applied field goes with it, and stays while the field is applied", () => {
    const first = apply(nothing, "a", body({ env: [{ name: "A" }] }));
    const defaulted = { ...first, object: body({ env: [{ name: "A", value: "default" }] }) };
    expect(apply(defaulted, "a", body({ env: [{ name: "A" }] })).object).toEqual(defaulted.object);
    expect(apply(defaulted, "a", body({ replicas: 1 })).object?.["spec"]).toEqual({ replicas: 1 });
  });

  test("items keep their order: applied ones as applied, others where they were, new ones last", () => {
    const live = update(nothing, "u", body({ env: [{ name: "X" }, { name: "A" }, { name: "Y" }, { name: "B" }] }));
    const applied = apply(live, "a", body({ env: [{ name: "A" }, { name: "B" }, { name: "C" }] }));
    const names = specOf<{ env: { name: string }[] }>(applied).env.map(({ name }) => name);
    expect(names).toEqual(["X", "A", "Y", "B", "C"]);
  });

  test("metadata survives when its last owned field goes", () => {
    const first = apply(nothing, "a", body({}, { labels: { a: "1" } }));
    expect(apply(first, "a", body({})).object?.["metadata"]).toEqual({ name: "t" });
  });

  test("kubectl may take over what its client-side apply left as it was, and only that", () => {
    const annotations = { [lastAppliedAnnotation]: JSON.stringify(body({ image: "x", replicas: 1 })) };
    const created = update(nothing, "kubectl-client-side-apply", body({ image: "x", replicas: 1 }, { annotations }));
    expect(owners(apply(created, "kubectl", body({ image: "y" })))).toMatchObject({ "kubectl/Apply": [".spec.image"] });
    const touched = update(created, "other", body({ image: "x", replicas: 5 }, { annotations }));
    expect(() => apply(touched, "kubectl", body({ image: "y", replicas: 2 }))).toThrow(/^other\.spec\.replicas$/);
    expect(() => apply(created, "mine", body({ image: "y" }))).toThrow("kubectl-client-side-apply.spec.image");
  });

  test("the last-applied annotation follows an apply where there is one", () => {
    const applied = body({ image: "y" });
    expect(refreshLastApplied(applied, applied)).toBe(applied);
    const annotated = body({ image: "y" }, { annotations: { [lastAppliedAnnotation]: "{}", other: "1" } });
    const refreshed = refreshLastApplied(annotated, applied);
    const { annotations } = refreshed["metadata"] as { annotations: Record<string, string> };
    expect(JSON.parse(annotations[lastAppliedAnnotation] ?? "")).toEqual(body({ image: "y" }, { annotations: {} }));
    expect(annotations["other"]).toBe("1");
  });
});

describe("updates", () => {
  test("take what they change from others, and nobody owns what is gone", () => {
    const first = apply(nothing, "a", body({ replicas: 1, image: "x", zones: ["eu"] }));
    const second = update(first, "u", body({ replicas: 2, zones: ["us"] }));
    expect(owners(second)).toEqual({ "u/Update": [".spec.replicas", '.spec.zones[="us"]'] });
  });

  test("without a change leave the record alone, time included", () => {
    const first = update(nothing, "u", body({ replicas: 1 }), "t1");
    const again = update(first, "u", body({ replicas: 1 }), "t2");
    expect(again.managed).toBe(first.managed);
  });

  test("of more than ten managers are folded into one", () => {
    let world = update(nothing, "m0", body({ options: { k0: "0" } }), "t00");
    for (let i = 1; i < 14; i++) {
      const options = { ...specOf<{ options: JsonObject }>(world).options, [`k${i}`]: "x" };
      world = update(world, `m${i}`, body({ options }), `t${String(i).padStart(2, "0")}`);
    }
    const names = world.managed.map(({ manager }) => manager);
    expect(names.filter((name) => name !== "ancient-changes")).toHaveLength(9);
    expect(owners(world)["ancient-changes/Update"]).toContain(".spec.options.k0");
  });
});

/** Specs over few names and values, so that managers meet. */
const spec = fc.record(
  {
    replicas: fc.integer({ min: 0, max: 1 }),
    image: fc.constantFrom("x", "y"),
    args: fc.array(fc.constantFrom("p", "q"), { maxLength: 2 }),
    zones: fc.uniqueArray(fc.constantFrom("eu", "us", "ap"), { maxLength: 3 }),
    env: fc.uniqueArray(fc.record({ name: fc.constantFrom("A", "B"), value: fc.constantFrom("1", "2") }), {
      selector: ({ name }) => name,
      maxLength: 2,
    }),
    options: fc.dictionary(fc.constantFrom("k", "l"), fc.constantFrom("1", "2"), { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);
const step = fc.record({
  manager: fc.constantFrom("a", "b", "c"),
  operation: fc.constantFrom("apply", "update"),
  spec,
});

test("whatever is written: applies hold what they said, are idempotent, and nobody owns what is not there", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
      let world = nothing;
      for (const { manager, operation, spec: next } of steps) {
        if (operation === "update") world = update(world, manager, body(next));
        else {
          world = apply(world, manager, body(next), true);
          expect(holds(world.object?.["spec"] ?? {}, next)).toBe(true);
          const again = apply(world, manager, body(next), false, "t2");
          expect(again).toEqual(world);
        }
        const present = stripServerFields(fieldsOf(type, world.object ?? {}));
        for (const { fields } of decodeManagedFields(world.managed)) {
          const dangling = pathsOf(difference(fields, present)).filter((path) => !isEmptied(world.object, path));
          expect(dangling.map(showPath)).toEqual([]);
        }
      }
    }),
  );
});

/** True where every value that was applied stands in the object; lists by key may hold more. */
function holds(object: unknown, applied: unknown): boolean {
  if (isObject(applied))
    return isObject(object) && Object.entries(applied).every(([name, value]) => holds(object[name], value));
  if (Array.isArray(applied) && Array.isArray(object))
    return equalJson(object, applied) || applied.every((item) => object.some((one) => holds(one, item)));
  return equalJson(object, applied);
}

/** An empty list or map is owned by itself, and stays owned so when others fill it. */
function isEmptied(object: JsonObject | undefined, path: readonly string[]): boolean {
  const value = path.reduce<unknown>((at, name) => (isObject(at) ? at[name.slice(2)] : undefined), object);
  return typeof value === "object" && value !== null;
}
