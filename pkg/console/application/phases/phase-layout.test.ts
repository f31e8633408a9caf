import { describe, expect, it } from "vitest";
import type { DagNode } from "../../../graph/index.ts";
import { layoutPhases } from "./phase-layout.ts";

const sizes = { width: 100, height: 40, gapX: 50, gapY: 10 };
const graph = (text: string): DagNode[] =>
  text.split(" ").map((part) => {
    const [name = "", after = ""] = part.split("<");
    return { name, after: after === "" ? [] : after.split(",") };
  });
const at = (text: string): Record<string, [number, number]> =>
  Object.fromEntries(layoutPhases(graph(text), sizes).nodes.map(({ name, x, y }) => [name, [x, y]]));

describe("layoutPhases", () => {
  it("puts each phase to the right of all that it waits for", () => {
    expect(at("a b<a c<b")).toEqual({ a: [0, 0], b: [150, 0], c: [300, 0] });
    expect(at("a b<a c<a d<b,c")).toEqual({ a: [0, 25], b: [150, 0], c: [150, 50], d: [300, 25] });
    expect(at("c<b b<a a")).toEqual({ a: [0, 0], b: [150, 0], c: [300, 0] });
  });

  it("orders a layer by its neighbours, so that edges do not cross", () => {
    const { b1, b2, c1, c2 } = at("a b1<a b2<a c2<b2 c1<b1");
    expect((b1?.[1] ?? 0) < (b2?.[1] ?? 0)).toBe((c1?.[1] ?? 0) < (c2?.[1] ?? 0));
  });

  it("leads a long edge past the nodes between its ends", () => {
    const { edges, nodes, width, height } = layoutPhases(graph("a b<a c<b,a"), sizes);
    expect([width, height]).toEqual([400, 90]);
    const long = edges.find(({ from, to }) => from === "a" && to === "c");
    const b = nodes.find(({ name }) => name === "b");
    const [, atLeft, atRight] = long?.points ?? [];
    expect([atLeft?.x, atRight?.x]).toEqual([b?.x, (b?.x ?? 0) + sizes.width]);
    expect(Math.abs((atLeft?.y ?? 0) - ((b?.y ?? 0) + 20))).toBeGreaterThanOrEqual(sizes.height);
    expect(long?.points.at(-1)?.x).toBe(300);
  });

  it("survives a cycle and a name that is no phase", () => {
    const { nodes } = layoutPhases(graph("a<b b<a c<gone,b"), sizes);
    expect(nodes.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(layoutPhases([], sizes)).toMatchObject({ nodes: [], edges: [], width: 0 });
  });
});
