import fc from "fast-check";
import { expect, it } from "vitest";
import type { KubeObject } from "../../api/index.ts";
import { type RowRules, SortedRows } from "./sorted-rows.ts";
import type { Change } from "./world.ts";

interface Thing extends KubeObject {
  readonly size: number;
}

const thing = (name: string, size: number): Thing => ({ apiVersion: "v1", kind: "Thing", metadata: { name }, size });
const rules = (isDescending: boolean): RowRules<Thing> => ({
  passes: ({ size }) => size >= 0,
  rankOf: ({ size }) => size,
  isDescending,
});
const names = (rows: SortedRows<Thing>): readonly string[] => rows.rows.map(({ key }) => key);

it("keeps what passes in order, equal ones by their names", () => {
  const objects = new Map(
    [thing("b", 1), thing("a", 1), thing("hidden", -1), thing("c", 0)].map((one) => [one.metadata.name ?? "", one]),
  );
  expect(names(new SortedRows(rules(false), objects))).toEqual(["c", "a", "b"]);
  const rows = new SortedRows(rules(true), objects);
  expect(names(rows)).toEqual(["a", "b", "c"]);
  expect(rows.apply([{ key: "hidden", now: thing("hidden", -2), before: undefined }])).toBe(false);
  expect(rows.apply([{ key: "hidden", now: thing("hidden", 2), before: undefined }])).toBe(true);
  expect(names(rows)).toEqual(["hidden", "a", "b", "c"]);
});

it("is after any changes as if it were made of what is there", () => {
  const change = fc.record({
    name: fc.constantFrom("a", "b", "c", "d", "e"),
    size: fc.option(fc.integer({ min: -2, max: 3 })),
  });
  const isSame = (isDescending: boolean, changes: readonly { name: string; size: number | null }[]) => {
    const objects = new Map<string, Thing>();
    const rows = new SortedRows(rules(isDescending), objects);
    for (const { name, size } of changes) {
      const next: Change<Thing> = {
        key: name,
        now: size === null ? undefined : thing(name, size),
        before: objects.get(name),
      };
      if (next.now === undefined) objects.delete(name);
      else objects.set(name, next.now);
      rows.apply([next]);
    }
    expect(rows.rows).toEqual(new SortedRows(rules(isDescending), objects).rows);
  };
  fc.assert(fc.property(fc.boolean(), fc.array(change), isSame));
});
