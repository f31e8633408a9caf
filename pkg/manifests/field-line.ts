import {
  type Document,
  isAlias,
  isMap,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

/** The line of a field path in a parsed document, or of its nearest ancestor that is there. */
export function fieldLine(document: Document, root: Node, counter: LineCounter, fieldPath: string): number {
  let offset = root.range?.[0] ?? 0;
  let node: Node | undefined = root;
  let rest = fieldPath.replace(/^\./, "");
  while (node !== undefined && rest !== "") {
    const step = takeStep(resolve(document, node), rest);
    if (step === undefined) break;
    offset = step.offset ?? offset;
    ({ node, rest } = step);
  }
  return counter.linePos(offset).line;
}

interface FieldStep {
  readonly node: Node | undefined;
  /** Where it stands in the text. */
  readonly offset: number | undefined;
  /** The path that is left. */
  readonly rest: string;
}

function resolve(document: Document, node: Node): Node | undefined {
  return isAlias(node) ? node.resolve(document) : node;
}

function takeStep(node: Node | undefined, path: string): FieldStep | undefined {
  if (isMap(node)) return stepIntoMap(node, path);
  return isSeq(node) ? stepIntoList(node, path) : undefined;
}

function stepIntoMap(map: YAMLMap, path: string): FieldStep | undefined {
  const quoted = /^\[(?:"((?:[^"\\]|\\.)*)"|([^\]]*))\]/.exec(path);
  if (quoted !== null) {
    const key = quoted[1]?.replace(/\\(.)/g, "$1") ?? quoted[2] ?? "";
    return stepOf(
      map.items.find((pair) => keyOf(pair) === key),
      path.slice(quoted[0].length),
    );
  }
  const text = path.replace(/^\./, "");
  // Names of labels hold dots: the longest key that the path starts with is meant.
  const candidates = map.items.filter((pair) => /^([.[]|$)/.test(afterKey(text, keyOf(pair)) ?? "x"));
  candidates.sort((left, right) => keyOf(right).length - keyOf(left).length);
  return stepOf(candidates[0], afterKey(text, keyOf(candidates[0])) ?? "");
}

function afterKey(text: string, key: string): string | undefined {
  return text.startsWith(key) ? text.slice(key.length) : undefined;
}

function keyOf(pair: Pair | undefined): string {
  return String(pair?.key ?? "");
}

function stepOf(pair: Pair | undefined, rest: string): FieldStep | undefined {
  if (pair === undefined) return undefined;
  const value = pair.value as Node | undefined | null;
  return { node: value ?? undefined, offset: (pair.key as Node | null)?.range?.[0], rest: rest.replace(/^\./, "") };
}

/** [3], or [name="A"] as server-side apply names the members of keyed lists. */
function stepIntoList(sequence: YAMLSeq, path: string): FieldStep | undefined {
  const [whole = "", inner = ""] = /^\.?\[([^\]]*)\]/.exec(path) ?? [];
  if (whole === "") return undefined;
  const [, key, value] = /^(\w+)="(.*)"$/.exec(inner) ?? [];
  const found = sequence.items.find((item, index) =>
    key === undefined ? index === Number(inner) : isMap(item) && String(item.get(key)) === value,
  );
  const node = (found ?? undefined) as Node | undefined;
  return node === undefined
    ? undefined
    : { node, offset: node.range?.[0], rest: path.slice(whole.length).replace(/^\./, "") };
}
