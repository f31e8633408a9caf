import { describe, expect, it } from "vitest";
import {
  addBlock,
  type Changed,
  connect,
  disconnect,
  newKinds,
  type Refused,
  removeBlock,
  renameBlock,
} from "./block-edits.ts";
import { type Block, graphOf } from "./blocks.ts";
import { parseText } from "./document.ts";

const text = `# mine
apiVersion: plush.dev/v1
kind: Application
metadata: {name: web}
spec:
  components:
    - {name: servers, replicas: 2} # two
  phases:
    - name: load # first
      processes:
        - {name: fill, component: servers, command: [true], restartPolicy: Never}
    - name: serve
      after: [load]
      processes:
        - {name: server, component: servers, command: [sleep, 1h], restartPolicy: Always}
---
apiVersion: plush.dev/v1
kind: Software
metadata: {name: site}
`;

const parsed = parseText(text);
const graph = graphOf(parsed.documents);
const block = (title: string): Block => graph.blocks.find((one) => one.title === title) as Block;
const changed = (result: Changed | Refused): string => ("text" in result ? result.text : result.refusal);

describe("edits of blocks", () => {
  it("draw an arrow as `after`, and take it away", () => {
    const more = parseText(changed(addBlock(parsed, "phase", undefined)));
    const blocks = graphOf(more.documents).blocks;
    const [serve, phase] = ["serve", "phase"].map((title) => blocks.find((one) => one.title === title) as Block) as [
      Block,
      Block,
    ];
    const drawn = parseText(changed(connect(more, serve, phase)));
    const { arrows } = graphOf(drawn.documents);
    const arrow = arrows.find(({ to }) => to === phase.id);
    expect(arrow).toMatchObject({ kind: "after", from: serve.id });
    expect(arrow && disconnect(drawn, arrow, graphOf(drawn.documents).blocks)).toBe(more.text);
  });

  it("refuse a circle with its way, and what no arrow means", () => {
    expect(connect(parsed, block("serve"), block("load"))).toEqual({
      refusal: "That would be a circle: load → serve → load.",
    });
    expect(connect(parsed, block("load"), block("load"))).toHaveProperty("refusal");
    expect(connect(parsed, block("servers"), block("load"))).toHaveProperty("refusal");
    expect(changed(connect(parsed, block("load"), block("serve")))).toBe(text);
  });

  it("have a component use software, once", () => {
    const used = changed(connect(parsed, block("site"), block("servers")));
    expect(used).toBe(text.replace("replicas: 2}", "replicas: 2, software: [ site ]}").replace("[ site ]", "[site]"));
    const again = parseText(used);
    const blocks = graphOf(again.documents).blocks;
    expect(changed(connect(again, blocks.find(({ title }) => title === "site") as Block, block("servers")))).toBe(used);
    const arrow = graphOf(again.documents).arrows.find(({ kind }) => kind === "uses");
    expect(arrow && disconnect(again, arrow, blocks)).toBe(text);
  });

  it("take a phase out of what came after it", () => {
    const left = removeBlock(parsed, block("load").place);
    expect(parseText(left).documents[0]?.value["spec"]).toMatchObject({ phases: [{ name: "serve" }] });
    expect(left).not.toContain("after");
    expect(removeBlock(parsed, block("site").place)).toBe(text.slice(0, text.indexOf("---")));
  });

  it("rename phases and components wherever they are spoken of", () => {
    const phases = renameBlock(parsed, block("load").place, "prepare");
    expect(phases).toBe(text.replace("name: load", "name: prepare").replace("[load]", "[prepare]"));
    const components = renameBlock(parsed, block("servers").place, "hosts");
    expect(components).toBe(text.replaceAll("servers", "hosts"));
  });

  it("add every kind of block, with names that are free, to an application and to nothing", () => {
    let now = text;
    for (const kind of [...newKinds, ...newKinds]) now = changed(addBlock(parseText(now), kind, undefined));
    const { documents, faults } = parseText(now);
    expect(faults).toEqual([]);
    expect(documents.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...["Application web", "Software site", "Application application", "Software software", "ResourcePool pool"],
      ...["Application application-2", "Software software-2", "ResourcePool pool-2"],
    ]);
    for (const line of text.split("\n").filter((one) => one !== "")) expect(now).toContain(line);
    const nothing = parseText("");
    expect(addBlock(nothing, "phase", undefined)).toHaveProperty("refusal");
    expect(addBlock(nothing, "process", undefined)).toHaveProperty("refusal");
    const first = changed(addBlock(nothing, "application", undefined));
    expect(parseText(first).documents.map(({ kind }) => kind)).toEqual(["Application"]);
  });

  it("put what is new after the selected phase, and into the selected component", () => {
    const place = block("load").place;
    const phase = parseText(changed(addBlock(parsed, "phase", place)));
    expect(phase.documents[0]?.value).toMatchObject({ spec: { phases: [{}, {}, { name: "phase", after: ["load"] }] } });
    const pool = parseText(changed(addBlock(parsed, "pool", block("servers").place)));
    expect(pool.documents[0]?.value).toMatchObject({ spec: { components: [{ resources: { pool: "pool" } }] } });
    const barrier = parseText(changed(addBlock(parsed, "barrier", place)));
    expect(graphOf(barrier.documents).blocks.find(({ title }) => title === "load")?.barrier).toBe("90%, after 5m");
  });
});
