import type { Path } from "./edit-value.ts";
import { flowStep } from "./flow-step.ts";
import { splitDocuments } from "./split-documents.ts";

/** What is being written at a place of a text that need not be whole. */
export interface TextContext {
  readonly apiVersion: string;
  readonly kind: string;
  /** Of what the word belongs to: of a key the object it is in, of a value the field. */
  readonly path: Path;
  readonly isKey: boolean;
  /** Where the word begins. */
  readonly from: number;
  readonly word: string;
  /** Keys that the object has already. */
  readonly siblings: readonly string[];
}

interface Line {
  readonly indent: number;
  readonly dashes: number;
  readonly key: string | undefined;
}

/** Reads indentation and braces alone, so that it works in a line that is half written. */
export function contextAt(text: string, offset: number): TextContext | undefined {
  const piece = splitDocuments(text).findLast(({ from }) => from <= offset);
  if (piece === undefined) return undefined;
  const head = text.slice(piece.from, offset);
  const start = head.lastIndexOf("\n") + 1;
  const before = head.slice(start);
  if (/(^|\s)#/.test(before)) return undefined;
  const whole = text.slice(piece.from, piece.to);
  const [, lead = "", rest = ""] = /^(\s*(?:- +)*-?)(.*)$/.exec(before) ?? [];
  const above = head
    .slice(0, Math.max(start - 1, 0))
    .split("\n")
    .filter((line) => !/^\s*(#.*)?$/.test(line));
  const outer = pathOfLines(above, lead);
  const inner = flowStep(rest);
  const path = [...outer, ...inner.path];
  return {
    apiVersion: /^apiVersion: *["']?([^\s"'#]+)/m.exec(whole)?.[1] ?? "",
    kind: /^kind: *["']?([^\s"'#]+)/m.exec(whole)?.[1] ?? "",
    path,
    isKey: inner.isKey,
    from: offset - inner.word.length,
    word: inner.word,
    siblings: inner.isFlow ? inner.keys : siblingsOf(whole, start, lead),
  };
}

/** The path of the object that a line with this beginning is in. */
function pathOfLines(above: readonly string[], lead: string): Path {
  const own = [...lead].flatMap((letter, at) => (letter === "-" ? [at] : []));
  let place: LinePlace = {
    path: own.map((at) => countItems(above, at)),
    indent: own[0] ?? lead.length,
    isItem: own.length > 0,
  };
  for (let index = above.length - 1; index >= 0 && (place.indent > 0 || place.isItem); index--)
    place = outward(place, readLine(above[index] ?? ""), above.slice(0, index));
  return place.path;
}

/** How far the way outward has come. */
interface LinePlace {
  readonly path: Path;
  /** Of what is to be left. */
  readonly indent: number;
  /** It is an item of a list, whose key may stand as far in. */
  readonly isItem: boolean;
}

function outward(place: LinePlace, { indent, dashes, key }: Line, above: readonly string[]): LinePlace {
  const dash = indent - dashes;
  if (dashes > 0 && dash < place.indent) {
    // A line that begins an item: what it says belongs to the item.
    const said = indent < place.indent && key !== undefined ? [key] : [];
    return { path: [countItems(above, dash), ...said, ...place.path], indent: dash, isItem: true };
  }
  const holds = indent < place.indent || (place.isItem && indent === place.indent);
  if (dashes > 0 || key === undefined || !holds) return place;
  return { path: [key, ...place.path], indent, isItem: false };
}

/** How many items of the list with its dashes here were begun already. */
function countItems(above: readonly string[], at: number): number {
  let count = 0;
  for (let index = above.length - 1; index >= 0; index--) {
    const line = above[index] ?? "";
    const indent = line.search(/\S/);
    if (indent === at && line[at] === "-") count++;
    else if (indent < at || (indent === at && line[at] !== "-")) break;
  }
  return count;
}

function readLine(line: string): Line {
  const [, spaces = "", dashes = "", rest = ""] = /^(\s*)((?:- +)*)(.*)$/.exec(line) ?? [];
  const key = /^(?:"([^"]*)"|'([^']*)'|([^\s"'{[#][^:#]*?)) *:(?:\s|$)/.exec(rest);
  return {
    indent: spaces.length + dashes.length,
    dashes: dashes.length,
    key: key?.[1] ?? key?.[2] ?? key?.[3],
  };
}

/** Keys beside a line, up and down, in the same block. */
function siblingsOf(text: string, start: number, lead: string): readonly string[] {
  const indent = lead.length;
  // A line that begins an item has nothing of it above.
  const above = lead.includes("-") ? [] : text.slice(0, start).split("\n").slice(0, -1).reverse();
  const below = text.slice(start).split("\n").slice(1);
  return [...keysOf(above, indent, true), ...keysOf(below, indent, false)];
}

/** Keys at an indentation, until its block ends. */
function keysOf(lines: readonly string[], indent: number, isUp: boolean): readonly string[] {
  const keys: string[] = [];
  for (const line of lines) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const read = readLine(line);
    const begins = read.dashes > 0 && read.indent === indent;
    if (read.indent < indent || (begins && !isUp)) break;
    if (read.indent === indent && read.key !== undefined) keys.push(read.key);
    if (begins) break;
  }
  return keys;
}
