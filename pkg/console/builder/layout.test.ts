import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, graphOf } from "./blocks.ts";
import { parseText } from "./document.ts";
import { fittingLayout, layersOf, layout } from "./layout.ts";

const application = (phases: readonly { name: string; after?: readonly string[] }[]): string =>
  JSON.stringify({
    kind: "Application",
    metadata: { name: "a" },
    spec: { components: [{ name: "c" }, { name: "d", software: ["s"] }], phases },
  });

const titles = (layers: readonly (readonly Block[])[]): string[][] =>
  layers.map((layer) => layer.map(({ title }) => title));

describe("the layout of blocks", () => {
  it("puts each phase to the right of all that come before it", () => {
    const text = application([
      { name: "end", after: ["left", "right"] },
      { name: "start" },
      { name: "right", after: ["start"] },
      { name: "left", after: ["start"] },
    ]);
    const { blocks, arrows } = graphOf(parseText(text).documents);
    const phases = blocks.filter(({ kind }) => kind === "phase");
    expect(titles(layersOf(phases, arrows))).toEqual([["start"], ["right", "left"], ["end"]]);
  });

  it("keeps phases near to what they come after", () => {
    const text = application([
      { name: "a" },
      { name: "b" },
      { name: "after-b", after: ["b"] },
      { name: "after-a", after: ["a"] },
    ]);
    const { blocks, arrows } = graphOf(parseText(text).documents);
    expect(
      titles(
        layersOf(
          blocks.filter(({ kind }) => kind === "phase"),
          arrows,
        ),
      ),
    ).toEqual([
      ["a", "b"],
      ["after-a", "after-b"],
    ]);
  });

  it("draws what is wrong too: a cycle, a phase after itself, names that are there twice or not at all", () => {
    const text = application([{ name: "a", after: ["b", "a", "nobody"] }, { name: "b", after: ["a"] }, { name: "b" }]);
    const graph = graphOf(parseText(text).documents);
    expect(layout(graph).size).toBe(graph.blocks.length);
  });

  it("leads downwards where that can be shown larger", () => {
    const phases = ["a", "b", "c", "d"].map((name, at, all) => ({ name, after: all.slice(Math.max(0, at - 1), at) }));
    const graph = graphOf(parseText(application(phases)).documents);
    expect(fittingLayout(graph, { width: 390, height: 700 })).toMatchObject({ direction: "down" });
    expect(fittingLayout(graph, { width: 1800, height: 500 })).toMatchObject({ direction: "right", zoom: 1 });
    expect(fittingLayout(graphOf([]), { width: 0, height: 0 }).boxes.size).toBe(0);
  });

  it("lets no two blocks overlap, and keeps those of an application in its frame", () => {
    const name = fc.constantFrom("a", "b", "c", "d", "e", "f");
    const phase = fc.record({ name, after: fc.array(name, { maxLength: 3 }) });
    const texts = fc.array(fc.array(phase, { maxLength: 6 }).map(application), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(texts, fc.constantFrom("right" as const, "down" as const), (all, direction) => {
        const graph = graphOf(
          parseText([...all, '{"kind": "Software", "metadata": {"name": "s"}}'].join("\n---\n")).documents,
        );
        const boxes = layout(graph, direction);
        const inner = graph.blocks.filter(({ kind }) => kind !== "application");
        for (const one of inner) {
          const box = boxes.get(one.id);
          if (box === undefined) throw new Error(`${one.id} is not drawn`);
          const frame = one.parent === undefined ? undefined : boxes.get(one.parent);
          if (frame !== undefined) {
            expect(box.x).toBeGreaterThan(frame.x);
            expect(box.y + box.height).toBeLessThan(frame.y + frame.height);
            expect(box.x + box.width).toBeLessThan(frame.x + frame.width);
          }
          for (const other of inner) {
            const next = boxes.get(other.id);
            if (one === other || next === undefined) continue;
            const isApart =
              box.x + box.width <= next.x ||
              next.x + next.width <= box.x ||
              box.y + box.height <= next.y ||
              next.y + next.height <= box.y;
            expect(isApart, `${one.id} and ${other.id}`).toBe(true);
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});
