import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addObject, editText, lineAt, parseText, rangeOf, removeObject } from "./document.ts";
import { at, type Edit, editValue, type Path } from "./edit-value.ts";

const text = `# the site
apiVersion: plush.dev/v1   # version
kind: Application
metadata: {name: web}   # short

spec:
  components:
    # the servers
    - {name: servers, replicas: 2}      # two
    - name: clients   # they ask
      replicas: 3


  phases:
    - name: serve # long
      processes:
        - name: server
          command: [sh, -c, "sleep 1"]   # not python
---
# another one
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings   # here
data:
  a.b: |
    one
      two
`;

const edited = (...edits: Edit[]): string => editText(parseText(text), 0, edits);

describe("a manifest's text", () => {
  it("keeps every other byte where one value changes", () => {
    expect(edited({ type: "set", path: ["spec", "components", 0, "replicas"], value: 5 })).toBe(
      text.replace("replicas: 2", "replicas: 5"),
    );
    expect(edited({ type: "set", path: ["spec", "components", 1, "name"], value: "true" })).toBe(
      text.replace("name: clients", 'name: "true"'),
    );
    expect(edited({ type: "set", path: ["metadata", "name"], value: "a, b" })).toBe(
      text.replace("{name: web}", '{name: "a, b"}'),
    );
  });

  it("keeps the other lines where something is added or goes", () => {
    expect(edited({ type: "set", path: ["spec", "components", 1, "spares"], value: 1 })).toBe(
      text.replace("replicas: 3\n", "replicas: 3\n      spares: 1\n"),
    );
    expect(edited({ type: "delete", path: ["spec", "components", 1, "replicas"] })).toBe(
      text.replace("      replicas: 3\n", ""),
    );
    const added = edited({ type: "add", path: ["spec", "phases"], value: { name: "stop", after: ["serve"] } });
    expect(parseText(added).documents[0]?.value["spec"]).toMatchObject({
      phases: [{ name: "serve" }, { name: "stop" }],
    });
    for (const line of text.split("\n")) expect(added.split("\n")).toContain(line);
  });

  it("leaves no empty parents, and makes those that are missing", () => {
    const path = ["spec", "components", 1, "resources", "pool"];
    const there = edited({ type: "set", path, value: "world" });
    expect(there).toContain("resources:\n        pool: world");
    expect(editText(parseText(there), 0, [{ type: "delete", path }])).toBe(text);
    const empty = parseText("spec:\n");
    expect(editText(empty, 0, [{ type: "add", path: ["spec", "list"], value: 1 }])).toBe("spec:\n  list:\n    - 1\n");
  });

  it("adds and removes whole objects", () => {
    const more = addObject(text, { kind: "Software" });
    expect(more).toBe(`${text}---\nkind: Software\n`);
    expect(removeObject(parseText(more), 2)).toBe(text);
    expect(removeObject(parseText(text), 0)).toBe(text.slice(text.indexOf("# another one")));
    expect(addObject("", { kind: "Software" })).toBe("kind: Software\n");
  });

  it("says where a field stands, and of one that is missing where it would", () => {
    const parsed = parseText(text);
    const lineOf = (index: number, path: Path): number => {
      const document = parsed.documents[index];
      return document === undefined ? 0 : lineAt(text, rangeOf(document, path).from);
    };
    expect(lineOf(0, ["spec", "components", 1, "replicas"])).toBe(11);
    expect(lineOf(0, ["spec", "phases", 0, "barrier", "release"])).toBe(15);
    expect(lineOf(1, ["data", "a.b"])).toBe(26);
  });

  it("says where it is broken, and goes on with the other documents", () => {
    const broken = text.replace("[sh, -c,", "[sh, -c, [");
    const { faults, documents } = parseText(broken);
    expect(lineAt(broken, faults[0]?.from ?? 0)).toBe(19);
    expect(documents.map(({ kind }) => kind)).toEqual(["", "ConfigMap"]);
    expect(parseText("[".repeat(20_000)).faults.length).toBeGreaterThan(0);
    expect(parseText("- a\n").faults[0]?.message).toContain("object");
  });

  it("writes anew what has anchors, where nothing less says the same", () => {
    const anchored = "a: &x {b: 1}\nc: *x\n";
    const made = editText(parseText(anchored), 0, [{ type: "set", path: ["c", "b"], value: 2 }]);
    expect(parseText(made).documents[0]?.value).toEqual({ a: { b: 1 }, c: { b: 2 } });
  });

  it("is not changed by reading: every example is the same after an edit and its reverse", () => {
    for (const name of ["hello", "spares", "work", "barrier"]) {
      const example = readFileSync(
        new URL(`../../../manifests/examples/${name}/application.yaml`, import.meta.url),
        "utf8",
      );
      const parsed = parseText(example);
      const index = parsed.documents.findIndex(({ kind }) => kind === "Application");
      const path = ["spec", "components", 0, "minReady"];
      const there = editText(parsed, index, [{ type: "set", path, value: "50%" }]);
      expect(there).not.toBe(example);
      expect(editText(parseText(there), index, [{ type: "delete", path }])).toBe(example);
    }
  });
});

const key = fc.constantFrom("a", "b", "name", "c.d", "x y");
const scalar = fc.oneof(
  fc.integer({ min: -5, max: 500 }),
  fc.boolean(),
  fc.constantFrom("", "on", "#no", "a: b", "two\nlines\n", "'", '"', "- x", "1", "~", "{}", " padded ", "é"),
);
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.dictionary(key, scalar, { maxKeys: 2 }));
const path = fc.oneof(
  fc.tuple(fc.constant("spec"), key),
  fc.tuple(fc.constant("spec"), fc.constant("list"), fc.nat({ max: 3 })),
  fc.tuple(fc.constant("spec"), fc.constant("list"), fc.nat({ max: 3 }), key),
  fc.tuple(fc.constant("spec"), key, key),
);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ type: fc.constant("set" as const), path, value }),
  fc.record({ type: fc.constant("delete" as const), path }),
  fc.record({ type: fc.constant("add" as const), path: fc.constantFrom(["spec", "list"], ["spec", "a"]), value }),
);

const around = `# head
kept:   {x: 1,   y: "2"}   # first
apiVersion: v1
spec:
  # of a
  a: 1
  list:
    - {name: one,  a: 2} # one
    - name: two
      b: [1, 2]
# tail of spec
after:   # second
  - deep:   'quoted'   # third
---
other:  document   # untouched
`;

describe("any sequence of edits", () => {
  it("says what the edits say, and leaves the rest as it stands", () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let now = around;
        let model: unknown = parseText(around).documents[0]?.value;
        for (const one of edits) {
          now = editText(parseText(now), 0, [one]);
          model = editValue(model, one);
        }
        const parsed = parseText(now);
        expect(parsed.faults).toEqual([]);
        expect(parsed.documents[0]?.value).toEqual(model);
        const lines = ['kept:   {x: 1,   y: "2"}   # first', "after:   # second", "  - deep:   'quoted'   # third"];
        const places = lines.map((line) => now.split("\n").indexOf(line));
        expect(Math.min(...places), now).toBeGreaterThanOrEqual(0);
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(now.endsWith("---\nother:  document   # untouched\n")).toBe(true);
      }),
      { numRuns: 80 },
    );
  });

  it("reads back what was put at a path", () => {
    fc.assert(
      fc.property(path, value, (where, what) => {
        const parsed = parseText(around);
        const made = editValue(parsed.documents[0]?.value, { type: "set", path: where, value: what });
        const index = where.at(2);
        if (typeof index === "number" && index > 2) return;
        expect(at(made, where)).toEqual(what);
      }),
    );
  });
});
