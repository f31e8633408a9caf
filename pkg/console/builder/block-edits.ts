import { findCycle } from "../../graph/index.ts";
import { dig, fields, list, text } from "../../merge/index.ts";
import { builderTexts as texts } from "../texts/builder.ts";
import type { Arrow, Block, Place } from "./blocks.ts";
import { addObject, editText, type ParsedText, parseText, removeObject } from "./document.ts";
import { at, type Edit, type Path } from "./edit-value.ts";

/** What can be put into a text by a button or from the palette. */
export const newKinds = ["application", "component", "phase", "process", "barrier", "software", "pool"] as const;
export type NewKind = (typeof newKinds)[number];

/** The text after a change, and what to look at then. */
export interface Changed {
  readonly text: string;
  /** Absent: what was looked at before. */
  readonly select?: Place | "nothing" | undefined;
}

/** Why something cannot be done. */
export interface Refused {
  readonly refusal: string;
}

const apiVersion = "plush.dev/v1";

/** Puts a new block into the text: where it belongs to something, to what is selected, else to the first there is. */
export function addBlock(parsed: ParsedText, kind: NewKind, selected: Place | undefined): Changed | Refused {
  switch (kind) {
    case "application":
      return addDocument(parsed, "Application", { components: [{ name: "workers", replicas: 1 }] });
    case "software":
      return addUsed(parsed, "Software", { install: ["sh", "-c", "echo installed >here"] }, selected);
    case "pool":
      return addUsed(parsed, "ResourcePool", { provider: { local: { count: 2 } } }, selected);
    case "component":
      return addItem(parsed, selected, "components", (name) => ({ name, replicas: 1 }));
    case "phase":
      return addPhase(parsed, selected);
    case "process":
      return addProcess(parsed, selected);
    case "barrier":
      return addBarrier(parsed, selected);
  }
}

function addDocument(parsed: ParsedText, kind: string, spec: object): Changed {
  const base = kind === "ResourcePool" ? "pool" : kind.toLowerCase();
  const name = freeName(
    base,
    parsed.documents.filter((one) => one.kind === kind).map((one) => one.name),
  );
  const made = addObject(parsed.text, { apiVersion, kind, metadata: { name }, spec });
  return { text: made, select: { document: parseText(made, parsed).documents.length - 1, path: [] } };
}

/** A new object that the selected component, where there is one, uses at once. */
function addUsed(parsed: ParsedText, kind: string, spec: object, selected: Place | undefined): Changed {
  const added = addDocument(parsed, kind, spec);
  const component = selected?.path[1] === "components" ? selected : undefined;
  if (component === undefined) return added;
  const now = parseText(added.text, parsed);
  const name = now.documents.at(-1)?.name ?? "";
  const edit = linkEdit(now, component, kind === "Software" ? "software" : "pool", name);
  return edit === undefined ? added : { ...added, text: editText(now, component.document, [edit]) };
}

function addItem(
  parsed: ParsedText,
  selected: Place | undefined,
  field: "components" | "phases",
  make: (name: string) => object,
): Changed | Refused {
  const document = applicationFor(parsed, selected);
  if (document === undefined) return { refusal: texts.refusals.noApplication };
  const items = itemsOf(parsed, document, field);
  const base = field === "components" ? "component" : "phase";
  const name = freeName(
    base,
    items.map((one) => text(fields(one)["name"])),
  );
  const path: Path = ["spec", field];
  const made = editText(parsed, document, [{ type: "add", path, value: make(name) }]);
  return { text: made, select: { document, path: [...path, items.length] } };
}

/** After the selected phase, where there is one. */
function addPhase(parsed: ParsedText, selected: Place | undefined): Changed | Refused {
  const before = selected?.path[1] === "phases" ? nameAt(parsed, selected.document, selected.path.slice(0, 3)) : "";
  const document = applicationFor(parsed, selected);
  const component = nameAt(parsed, document ?? -1, ["spec", "components", 0]);
  return addItem(parsed, selected, "phases", (name) => ({
    name,
    ...(before !== "" && { after: [before] }),
    processes: [newProcess("main", component)],
  }));
}

function newProcess(name: string, component: string): object {
  return { name, ...(component !== "" && { component }), command: ["echo", "hello"], restartPolicy: "Never" };
}

function addProcess(parsed: ParsedText, selected: Place | undefined): Changed | Refused {
  const place = phaseFor(parsed, selected);
  if (place === undefined) return { refusal: texts.refusals.noPhase };
  const { document, path } = place;
  const there = list(at(parsed.documents[document]?.value, [...path, "processes"]));
  const name = freeName(
    "process",
    there.map((one) => text(fields(one)["name"])),
  );
  const list_: Path = [...path, "processes"];
  const value = newProcess(name, nameAt(parsed, document, ["spec", "components", 0]));
  return {
    text: editText(parsed, document, [{ type: "add", path: list_, value }]),
    select: { document, path: [...list_, there.length] },
  };
}

function addBarrier(parsed: ParsedText, selected: Place | undefined): Changed | Refused {
  const place = phaseFor(parsed, selected);
  if (place === undefined) return { refusal: texts.refusals.noPhase };
  const path = [...place.path, "barrier", "release"];
  if (at(parsed.documents[place.document]?.value, path) !== undefined) return { text: parsed.text, select: place };
  const value = { percent: 90, timeout: "5m" };
  return { text: editText(parsed, place.document, [{ type: "set", path, value }]), select: place };
}

/** Draws an arrow: order between phases, or what a component uses. */
export function connect(parsed: ParsedText, from: Block, to: Block): Changed | Refused {
  if (from.kind === "phase" && to.kind === "phase") return connectPhases(parsed, from, to);
  if ((from.kind === "software" || from.kind === "pool") && to.kind === "component") {
    const edit = linkEdit(parsed, to.place, from.kind, from.title);
    return { text: edit === undefined ? parsed.text : editText(parsed, to.place.document, [edit]), select: to.place };
  }
  return { refusal: texts.refusals.noArrow };
}

function connectPhases(parsed: ParsedText, from: Block, to: Block): Changed | Refused {
  if (from.parent !== to.parent) return { refusal: texts.refusals.otherApplication };
  const { document, path } = to.place;
  const nodes = itemsOf(parsed, document, "phases").map((one) => {
    const { name, after } = fields(one);
    const own = list(after).map(text);
    return { name: text(name), after: text(name) === to.title ? [...own, from.title] : own };
  });
  const cycle = findCycle(nodes);
  if (cycle !== undefined) return { refusal: texts.refusals.cycle(cycle.join(" → ")) };
  const after: Path = [...path, "after"];
  const there = list(at(parsed.documents[document]?.value, after)).map(text);
  if (there.includes(from.title)) return { text: parsed.text };
  return { text: editText(parsed, document, [{ type: "add", path: after, value: from.title }]), select: to.place };
}

/** Undefined: it uses it already. */
function linkEdit(
  parsed: ParsedText,
  { document, path }: Place,
  kind: "software" | "pool",
  name: string,
): Edit | undefined {
  const component = fields(at(parsed.documents[document]?.value, path.slice(0, 3)));
  if (kind === "pool") return { type: "set", path: [...path.slice(0, 3), "resources", "pool"], value: name };
  if (list(component["software"]).includes(name)) return undefined;
  return { type: "add", path: [...path.slice(0, 3), "software"], value: name };
}

export function disconnect(parsed: ParsedText, arrow: Arrow, blocks: readonly Block[]): string {
  const [from, to] = [arrow.from, arrow.to].map((id) => blocks.find((block) => block.id === id));
  if (from === undefined || to === undefined) return parsed.text;
  const { document, path } = to.place;
  const value = parsed.documents[document]?.value;
  if (from.kind === "pool" && text(at(value, [...path, "resources", "pool"])) === from.title)
    return editText(parsed, document, [{ type: "delete", path: [...path, "resources", "pool"] }]);
  const field: Path =
    from.kind === "phase"
      ? [...path, "after"]
      : from.kind === "pool"
        ? [...path, "resources", "pools"]
        : [...path, "software"];
  return editText(parsed, document, withoutMember(value, field, from.title));
}

function withoutMember(value: unknown, path: Path, name: string): readonly Edit[] {
  const index = list(at(value, path)).map(text).indexOf(name);
  return index < 0 ? [] : [{ type: "delete", path: [...path, index] }];
}

/** Without a block, and without what referred to it where nothing but the order is lost by that. */
export function removeBlock(parsed: ParsedText, { document, path }: Place): string {
  const found = parsed.documents[document];
  if (found === undefined) return parsed.text;
  if (path.length === 0) return removeObject(parsed, document);
  const name = nameAt(parsed, document, path);
  const isPhase = path.length === 3 && path[1] === "phases";
  const references = isPhase
    ? itemsOf(parsed, document, "phases").flatMap((_, index) =>
        withoutMember(found.value, ["spec", "phases", index, "after"], name),
      )
    : [];
  return editText(parsed, document, [...references, { type: "delete", path }]);
}

/** Gives a block another name, wherever the application speaks of it. */
export function renameBlock(parsed: ParsedText, { document, path }: Place, name: string): string {
  const old = nameAt(parsed, document, path);
  const value = parsed.documents[document]?.value;
  const own: Edit = { type: "set", path: [...path, "name"], value: name };
  if (old === "" || path.length !== 3) return editText(parsed, document, [own]);
  const edits = itemsOf(parsed, document, "phases").flatMap((_, index): readonly Edit[] => {
    const phase: Path = ["spec", "phases", index];
    return path[1] === "phases"
      ? renamedAfter(value, [...phase, "after"], old, name)
      : renamedUsers(value, phase, old, name);
  });
  return editText(parsed, document, [own, ...edits]);
}

function renamedAfter(value: unknown, path: Path, old: string, name: string): readonly Edit[] {
  return list(at(value, path)).flatMap((one, index): readonly Edit[] =>
    one === old ? [{ type: "set", path: [...path, index], value: name }] : [],
  );
}

function renamedUsers(value: unknown, phase: Path, old: string, name: string): readonly Edit[] {
  const processes = list(at(value, [...phase, "processes"])).map((_, index): Path => [...phase, "processes", index]);
  return [...processes, [...phase, "work"]].flatMap((path): readonly Edit[] =>
    at(value, [...path, "component"]) === old ? [{ type: "set", path: [...path, "component"], value: name }] : [],
  );
}

function applicationFor({ documents }: ParsedText, selected: Place | undefined): number | undefined {
  const own = documents[selected?.document ?? -1];
  return (own?.kind === "Application" ? own : documents.find(({ kind }) => kind === "Application"))?.index;
}

function phaseFor(parsed: ParsedText, selected: Place | undefined): Place | undefined {
  if (selected?.path[1] === "phases") return { document: selected.document, path: selected.path.slice(0, 3) };
  const document = applicationFor(parsed, selected);
  if (document === undefined) return undefined;
  const count = itemsOf(parsed, document, "phases").length;
  return count === 0 ? undefined : { document, path: ["spec", "phases", count - 1] };
}

function itemsOf({ documents }: ParsedText, document: number, field: "components" | "phases"): readonly unknown[] {
  return list(dig(documents[document]?.value, "spec", field));
}

function nameAt({ documents }: ParsedText, document: number, path: Path): string {
  return text(fields(at(documents[document]?.value, path))["name"]);
}

function freeName(base: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
