import { Document, isMap, isScalar, isSeq, type Node, parseDocument, type Scalar, type ToStringOptions } from "yaml";
import { equalJson, type Fields, fields, isObject, text as textOf } from "../../merge/index.ts";
import { type Edit, editValue, type Path, withoutHoles } from "./edit-value.ts";
import { joinLines, splitDocuments } from "./split-documents.ts";

/** A text of any number of YAML documents, read. The text is what is kept; all else is made from it. */
export interface ParsedText {
  readonly text: string;
  readonly documents: readonly ParsedDocument[];
  /** Where it is no YAML; offsets in the text. */
  readonly faults: readonly TextFault[];
}

export interface ParsedDocument {
  readonly index: number;
  /** Where it stands in the text, its `---` included. */
  readonly from: number;
  readonly to: number;
  /** What it says; {} where it is empty or cannot be read. */
  readonly value: Fields;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** As the library has it; offsets in it count from `from`. */
  readonly source: Document;
}

export interface TextFault {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Reads a text; documents that stand in `before` with the same words are taken from there. */
export function parseText(text: string, before?: ParsedText): ParsedText {
  const known = new Map(before?.documents.map((one) => [before.text.slice(one.from, one.to), one]));
  const faults: TextFault[] = [];
  const documents = splitDocuments(text).map(({ from, to }, index): ParsedDocument => {
    const chunk = text.slice(from, to);
    const old = known.get(chunk);
    if (old !== undefined && old.source.errors.length === 0) return { ...old, index, from, to };
    const { source, value, problems } = read(chunk);
    faults.push(...problems.map((one) => ({ ...one, from: one.from + from, to: Math.min(one.to + from, to) })));
    return { index, from, to, source, value, ...identityOf(value) };
  });
  return { text, documents, faults };
}

function identityOf(value: Fields): Pick<ParsedDocument, "apiVersion" | "kind" | "namespace" | "name"> {
  const { name, namespace } = fields(value["metadata"]);
  return {
    apiVersion: textOf(value["apiVersion"]),
    kind: textOf(value["kind"]),
    namespace: typeof namespace === "string" && namespace !== "" ? namespace : undefined,
    name: textOf(name),
  };
}

const parseOptions = { merge: true, prettyErrors: false } as const;

interface Read {
  readonly source: Document;
  readonly value: Fields;
  readonly problems: readonly TextFault[];
}

function read(chunk: string): Read {
  let source: Document;
  try {
    source = parseDocument(chunk, parseOptions);
  } catch (error) {
    // The parser is recursive: nesting that exhausts the stack is somebody's mistake or joke.
    const message = error instanceof RangeError ? "nested too deeply" : String(error);
    return { source: parseDocument(""), value: {}, problems: [{ from: 0, to: chunk.length, message }] };
  }
  const problems = source.errors.map(({ pos, message }) => ({
    from: pos[0],
    to: Math.max(pos[1], pos[0] + 1),
    message: message.split("\n", 1)[0] ?? message,
  }));
  if (problems.length > 0) return { source, value: {}, problems };
  try {
    const value: unknown = source.toJS({ maxAliasCount: 100 });
    if (value === null || isObject(value)) return { source, value: value ?? {}, problems };
    return {
      source,
      value: {},
      problems: [{ from: 0, to: chunk.length, message: "an object is wanted: name: value" }],
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { source, value: {}, problems: [{ from: 0, to: chunk.length, message }] };
  }
}

/**
 * The text after edits of one of its documents; everything they do not touch keeps its words, comments and order. Of several
 * ways to write it the one that changes least is taken, provided that it says what `editValue` says.
 */
export function editText(parsed: ParsedText, index: number, edits: readonly Edit[]): string {
  const document = parsed.documents[index];
  if (document === undefined) return parsed.text;
  const { text } = parsed;
  let chunk = text.slice(document.from, document.to);
  for (const edit of edits) chunk = editChunk(chunk, edit);
  return text.slice(0, document.from) + chunk + text.slice(document.to);
}

function editChunk(chunk: string, asked: Edit): string {
  const { source, value, problems } = read(chunk);
  const edit = { ...asked, path: withoutHoles(value, asked.path) };
  if (problems.length > 0) throw new Error("the text is no YAML: it can be changed by typing alone");
  const wanted = editValue(value, edit);
  if (equalJson(wanted, value)) return chunk;
  const says = (candidate: string | undefined): candidate is string => {
    if (candidate === undefined) return false;
    const made = read(candidate);
    return made.problems.length === 0 && equalJson(made.value, wanted);
  };
  const spliced = spliceScalar(chunk, source, edit);
  if (says(spliced)) return spliced;
  const style = styleOf(chunk);
  const before = source.toString(style);
  apply(source, edit, wanted);
  const after = source.toString(style);
  const joined = joinLines(chunk, before, after);
  if (says(joined)) return joined;
  if (says(after)) return after;
  // Anchors and merged keys have meanings beyond their place: then the document is written anew.
  return plainText(wanted, style, chunk);
}

/** The words of one value in place of those of another, where both are on one line. */
function spliceScalar(chunk: string, source: Document, edit: Edit): string | undefined {
  if (edit.type !== "set" || isObject(edit.value) || Array.isArray(edit.value)) return undefined;
  const node = source.getIn(edit.path, true);
  if (!isScalar(node) || node.range == null || node.tag !== undefined || node.anchor !== undefined) return undefined;
  const [from, to] = node.range;
  if (from === to || chunk.slice(from, to).includes("\n")) return undefined;
  const words = wordsOf(edit.value, node.type);
  return words === undefined ? undefined : chunk.slice(0, from) + words + chunk.slice(to);
}

/** A value as it is written on a line, within braces too. */
function wordsOf(value: unknown, type: Scalar["type"]): string | undefined {
  const holder = new Document([value]);
  if (!isSeq(holder.contents)) return undefined;
  holder.contents.flow = true;
  const [scalar] = holder.contents.items;
  if (typeof value === "string" && type !== undefined && isScalar(scalar)) scalar.type = type;
  return /^\[(.*)\]\n$/.exec(holder.toString({ lineWidth: 0, flowCollectionPadding: false }))?.[1];
}

/** As the document is written: indented lists, room in braces. */
function styleOf(chunk: string): ToStringOptions {
  return {
    lineWidth: 0,
    flowCollectionPadding: /[{[] \S/.test(chunk) && !/[{[][^\s}\]]/.test(chunk),
    indentSeq: !/^( *)[\w-]+:[ \t]*(?:#.*)?\n(?:\s*\n)*\1- /m.test(chunk),
  };
}

function apply(source: Document, edit: Edit, wanted: unknown): void {
  const make = (value: unknown): Node => source.createNode(value, { aliasDuplicateObjects: false }) as Node;
  if (!isMap(source.contents)) {
    source.contents = make(wanted) as never;
    return;
  }
  switch (edit.type) {
    case "set":
      ensureParents(source, edit.path);
      setNode(source, edit.path, make(edit.value));
      return;
    case "delete":
      deleteNode(source, edit.path);
      return;
    case "add":
      ensureParents(source, edit.path);
      if (isSeq(source.getIn(edit.path, true))) source.addIn(edit.path, make(edit.value));
      else setNode(source, edit.path, make([edit.value]));
      return;
  }
}

/** What stands in the way of a path and is not the collection it goes through is replaced by one. */
function ensureParents(source: Document, path: Path): void {
  for (let length = 1; length < path.length; length++) {
    const above = path.slice(0, length);
    const node = source.getIn(above, true);
    const isList = typeof path[length] === "number";
    if (node === undefined || (isList ? isSeq(node) : isMap(node))) continue;
    source.setIn(above, source.createNode(isList ? [] : {}));
  }
}

/** Comments of what was there stay. */
function setNode(source: Document, path: Path, node: Node): void {
  const old = source.getIn(path, true) as Node | undefined;
  if (old !== undefined && old !== null) {
    node.comment = old.comment ?? null;
    node.commentBefore = old.commentBefore ?? null;
    if (old.spaceBefore === true) node.spaceBefore = true;
    if (isScalar(old) && isScalar(node) && typeof node.value === "string" && old.type !== undefined)
      node.type = old.type;
  }
  source.setIn(path, node);
}

function deleteNode(source: Document, path: Path): void {
  source.deleteIn(path);
  for (let length = path.length - 1; length > 0; length--) {
    const above = source.getIn(path.slice(0, length), true);
    const isEmpty = (isMap(above) || isSeq(above)) && above.items.length === 0;
    if (!isEmpty) return;
    source.deleteIn(path.slice(0, length));
  }
}

function plainText(value: unknown, style: ToStringOptions, chunk: string): string {
  const document = parseDocument("");
  document.contents = document.createNode(value, { aliasDuplicateObjects: false }) as never;
  return (chunk.startsWith("---") ? "---\n" : "") + document.toString(style);
}

/** The text with one object more at its end. */
export function addObject(text: string, object: object): string {
  const document = parseDocument("");
  document.contents = document.createNode(object, { aliasDuplicateObjects: false }) as never;
  const written = document.toString({ lineWidth: 0 });
  if (text.trim() === "") return written;
  return `${text.replace(/\n*$/, "\n")}---\n${written}`;
}

/** The text without one of its documents. */
export function removeObject({ text, documents }: ParsedText, index: number): string {
  const document = documents[index];
  if (document === undefined) return text;
  const left = text.slice(0, document.from) + text.slice(document.to);
  return index === 0 ? left.replace(/^---[ \t]*\n/, "") : left;
}

/** Where something stands in the text, its name included; of what is nearest to it where it is missing. */
export function rangeOf({ source, from }: ParsedDocument, path: Path): Range {
  let node: unknown = source.contents;
  let found: Range | undefined = rangeOfNode(node);
  for (const step of path) {
    const next = takeStep(node, step);
    if (next === undefined) break;
    node = next.value;
    found = next.range ?? found;
  }
  return { from: from + (found?.from ?? 0), to: from + (found?.to ?? 0) };
}

function takeStep(
  node: unknown,
  step: string | number,
): { readonly value: unknown; readonly range: Range | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) : "") === String(step));
    if (pair === undefined) return undefined;
    const [key, value] = [rangeOfNode(pair.key), rangeOfNode(pair.value)];
    const range = key === undefined ? value : { from: key.from, to: Math.max(key.to, value?.to ?? 0) };
    return { value: pair.value, range };
  }
  const item = isSeq(node) && typeof step === "number" ? node.items[step] : undefined;
  return item === undefined ? undefined : { value: item, range: rangeOfNode(item) };
}

function rangeOfNode(node: unknown): Range | undefined {
  const range = (node as Node | null | undefined)?.range;
  return range == null ? undefined : { from: range[0], to: range[1] };
}

/** The line, from 1, of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}
