import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contentHash } from "./content-hash.ts";
import { type DagNode, findCycle, predecessors, successors, topologicalOrder } from "./dag.ts";

const diamond: readonly DagNode[] = [
  { name: "join", after: ["left", "right"] },
  { name: "left", after: ["start"] },
  { name: "right", after: ["start"] },
  { name: "start", after: [] },
];

describe("dag", () => {
  test("orders a diamond by dependency, then by name", () => {
    expect(topologicalOrder(diamond)).toEqual(["start", "left", "right", "join"]);
    expect([...predecessors(diamond, "join")].sort()).toEqual(["left", "right", "start"]);
    expect([...successors(diamond, "left")]).toEqual(["join"]);
  });

  test.each([
    ["none", diamond, undefined],
    ["itself", [{ name: "a", after: ["a"] }], ["a", "a"]],
    [
      "two",
      [
        { name: "a", after: ["b"] },
        { name: "b", after: ["a"] },
        { name: "c", after: [] },
      ],
      ["a", "b", "a"],
    ],
    ["unknown names are no cycle", [{ name: "a", after: ["gone"] }], undefined],
  ])("cycle: %s", (_name, nodes, cycle) => {
    expect(findCycle(nodes)).toEqual(cycle);
  });

  test("any acyclic graph: everything once, each after what it waits for, whatever the input's order", () => {
    const acyclic = fc
      .array(fc.array(fc.nat({ max: 7 }), { maxLength: 3 }), { maxLength: 8 })
      .map((lists) =>
        lists.map((list, index) => ({ name: `n${index}`, after: list.filter((i) => i < index).map((i) => `n${i}`) })),
      );
    fc.assert(
      fc.property(acyclic, fc.func(fc.integer()), (nodes, seed) => {
        const order = topologicalOrder(nodes);
        expect(findCycle(nodes)).toBeUndefined();
        expect([...order].sort()).toEqual(nodes.map((node) => node.name).sort());
        for (const node of nodes)
          for (const before of node.after) expect(order.indexOf(before)).toBeLessThan(order.indexOf(node.name));
        const shuffled = [...nodes].sort((left, right) => seed(left.name) - seed(right.name));
        expect(topologicalOrder(shuffled)).toEqual(order);
      }),
    );
  });
});

describe("contentHash", () => {
  test("knows published FNV-1a values, whatever the key order", () => {
    expect(contentHash("a")).toBe("d4272417d7c77eea"); // of the bytes "a" with their quotes
    expect(contentHash({ name: "plush" })).toBe("405f5586d1aada50");
    expect(contentHash({ a: 1, b: [1, { c: 2, d: undefined }] })).toBe(contentHash({ b: [1, { c: 2 }], a: 1 }));
    expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: 2 }));
    expect(contentHash(["ab", "c"])).not.toBe(contentHash(["a", "bc"]));
  });
});
