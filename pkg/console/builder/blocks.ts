import { type Fields, fields, list, text } from "../../merge/index.ts";
import { builderTexts as texts } from "../texts/builder.ts";
import type { ParsedDocument } from "./document.ts";
import type { Path } from "./edit-value.ts";

/** Where a block stands: in which of the text's documents, and where in it. */
export interface Place {
  readonly document: number;
  readonly path: Path;
}

export type BlockKind = "application" | "component" | "phase" | "software" | "pool" | "object";

export interface Block {
  /** Of its place: "0/spec/phases/1". */
  readonly id: string;
  readonly kind: BlockKind;
  readonly place: Place;
  readonly title: string;
  /** What it is in one word, where the kind of block does not say it: "ConfigMap". */
  readonly word?: string;
  /** A line each. */
  readonly facts: readonly string[];
  readonly processes: readonly ProcessRow[];
  /** How a phase ends. */
  readonly barrier?: string;
  /** Of components and of who uses one: which of the colours that tell components apart. */
  readonly hue?: number;
  /** The application's block that it is in. */
  readonly parent?: string;
}

/** A process, or the work, of a phase. */
export interface ProcessRow {
  readonly place: Place;
  readonly name: string;
  readonly component: string;
  readonly hue: number | undefined;
}

/** "after": of phases; "uses": what a component is made with. */
export interface Arrow {
  readonly id: string;
  readonly kind: "after" | "uses";
  readonly from: string;
  readonly to: string;
}

export interface Graph {
  readonly blocks: readonly Block[];
  readonly arrows: readonly Arrow[];
}

export const idOf = ({ document, path }: Place): string => [document, ...path].join("/");

/** So many components are told apart by colour; then colours come again. */
const hues = 6;

/** What the objects of a text are as blocks and arrows. */
export function graphOf(documents: readonly ParsedDocument[]): Graph {
  const blocks = documents.flatMap(blocksOf);
  return {
    blocks,
    arrows: [...blocks.flatMap((block) => afterArrows(block, blocks, documents)), ...usesOf(blocks, documents)],
  };
}

function blocksOf(document: ParsedDocument): readonly Block[] {
  const { kind, name, value, index } = document;
  if (Object.keys(value).length === 0) return [];
  const place: Place = { document: index, path: [] };
  const own = { id: idOf(place), place, title: name, processes: [] };
  if (kind === "Application") return [{ ...own, kind: "application", facts: [] }, ...innerBlocks(document)];
  const spec = fields(value["spec"]);
  if (kind === "Software") return [{ ...own, kind: "software", facts: softwareFacts(spec) }];
  if (kind === "ResourcePool") return [{ ...own, kind: "pool", facts: Object.keys(fields(spec["provider"])) }];
  return [{ ...own, kind: "object", word: kind, facts: [] }];
}

function softwareFacts({ source, install }: Fields): readonly string[] {
  const { url, git, file, blob } = fields(source);
  const from = text(url) || text(fields(git)["url"]) || text(file) || text(blob).slice(0, 19);
  return [from, list(install).map(text).join(" ")].filter((fact) => fact !== "");
}

function innerBlocks({ index, value }: ParsedDocument): readonly Block[] {
  const spec = fields(value["spec"]);
  const parent = idOf({ document: index, path: [] });
  const names = list(spec["components"]).map((one) => text(fields(one)["name"]));
  const hueOf = (component: string): number | undefined => {
    const at = names.indexOf(component);
    return at < 0 ? undefined : at % hues;
  };
  const components = list(spec["components"]).map((one, at): Block => {
    const place: Place = { document: index, path: ["spec", "components", at] };
    const facts = componentFacts(fields(one));
    return {
      id: idOf(place),
      kind: "component",
      place,
      title: names[at] ?? "",
      facts,
      processes: [],
      hue: at % hues,
      parent,
    };
  });
  const phases = list(spec["phases"]).map((one, at): Block => {
    const place: Place = { document: index, path: ["spec", "phases", at] };
    const phase = fields(one);
    const row = (process: Fields, path: Path, name: string): ProcessRow => {
      const component = text(process["component"]) || (names.length === 1 ? (names[0] ?? "") : "");
      return { place: { document: index, path: [...place.path, ...path] }, name, component, hue: hueOf(component) };
    };
    const processes = [
      ...list(phase["processes"]).map((process, number) =>
        row(fields(process), ["processes", number], text(fields(process)["name"])),
      ),
      ...(phase["work"] === undefined ? [] : [row(fields(phase["work"]), ["work"], workText(fields(phase["work"])))]),
    ];
    const title = text(phase["name"]);
    return { id: idOf(place), kind: "phase", place, title, facts: [], processes, barrier: barrierText(phase), parent };
  });
  return [...components, ...phases];
}

function componentFacts(component: Fields): readonly string[] {
  const { replicas = 1, everyResource, spares, resources, minReady } = component;
  const members = everyResource === true ? texts.everyMachine : texts.times(text(replicas));
  const more = [
    ...(spares === undefined ? [] : [texts.spares(text(spares))]),
    ...(minReady === undefined ? [] : [texts.enough(text(minReady))]),
  ];
  const { pool, pools, attributes, requests, selector } = fields(resources);
  const where = [...(text(pool) === "" ? [] : [text(pool)]), ...list(pools).map(text)].join(", ");
  const wants = list(attributes).map((one) => attributeText(fields(one)));
  const asks = Object.entries(fields(requests)).map(([name, amount]) => `${name} ${text(amount)}`);
  const labels = Object.entries(fields(fields(selector)["matchLabels"])).map(
    ([name, label]) => `${name}=${text(label)}`,
  );
  return [[members, ...more].join(", "), where, ...wants, ...asks, ...labels].filter((fact) => fact !== "");
}

function attributeText({ name, min, max, in: values, version, ideal }: Fields): string {
  const bounds = [
    ...(min === undefined ? [] : [`≥ ${text(min)}`]),
    ...(max === undefined ? [] : [`≤ ${text(max)}`]),
    ...(values === undefined ? [] : [`= ${list(values).map(text).join(" | ")}`]),
    ...Object.entries(fields(version)).map(([end, bound]) => `${end === "min" ? "≥" : "≤"} v${text(bound)}`),
  ];
  if (bounds.length === 0 && ideal !== undefined) return texts.nearIdeal(text(name));
  return [text(name), ...bounds].join(" ");
}

function workText({ items, count, lines, files }: Fields): string {
  if (count !== undefined) return texts.workCount(text(count));
  if (items !== undefined) return texts.workCount(String(list(items).length));
  if (lines !== undefined) return texts.workBy.lines;
  return files !== undefined ? texts.workBy.files : texts.work;
}

function barrierText(phase: Fields): string {
  const { count, percent, knee, timeout } = fields(fields(phase["barrier"])["release"]);
  const parts = [
    ...(count === undefined ? [] : [text(count)]),
    ...(percent === undefined ? [] : [`${text(percent)}%`]),
    ...(knee === undefined ? [] : [texts.barrierKnee]),
    ...(timeout === undefined ? [] : [texts.barrierAfter(text(timeout))]),
  ];
  return parts.length === 0 ? texts.barrierAll : parts.join(", ");
}

function afterArrows(block: Block, blocks: readonly Block[], documents: readonly ParsedDocument[]): readonly Arrow[] {
  if (block.kind !== "phase") return [];
  const at = Number(block.place.path[2]);
  const phase = fields(list(fields(documents[block.place.document]?.value["spec"])["phases"])[at]);
  return [...new Set(list(phase["after"]).map(text))].flatMap((name): readonly Arrow[] => {
    const from = blocks.find(
      ({ kind, parent, title }) => kind === "phase" && parent === block.parent && title === name,
    );
    return from === undefined ? [] : [{ id: `${from.id}>${block.id}`, kind: "after", from: from.id, to: block.id }];
  });
}

function usesOf(blocks: readonly Block[], documents: readonly ParsedDocument[]): readonly Arrow[] {
  return blocks.flatMap((component): readonly Arrow[] => {
    if (component.kind !== "component") return [];
    const own = fields(
      list(fields(documents[component.place.document]?.value["spec"])["components"])[Number(component.place.path[2])],
    );
    const { pool, pools } = fields(own["resources"]);
    const named: readonly (readonly [BlockKind, string])[] = [
      ...list(own["software"]).map((name) => ["software", text(name)] as const),
      ...[pool, ...list(pools)].map((name) => ["pool", text(name)] as const),
    ];
    return named.flatMap(([kind, name]): readonly Arrow[] => {
      const used = blocks.find((one) => one.kind === kind && one.title === name && name !== "");
      return used === undefined
        ? []
        : [{ id: `${used.id}>${component.id}`, kind: "uses", from: used.id, to: component.id }];
    });
  });
}
