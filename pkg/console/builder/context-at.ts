import type { Path } from "./edit-value.ts";
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
  const above = head.slice(0, Math.max(start - 1, 0)).split("\n").filter((line) => !/^\s*(#.*)?$/.test(line));
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
  const path: (string | number)[] = [];
  let indent = lead.length;
  const own = [...lead].flatMap((letter, at) => (letter === "-" ? [at] : [])).reverse();
  for (const at of own) {
    path.unshift(countItems(above, at));
    indent = at;
  }
  let isItem = own.length > 0;
  for (let index = above.length - 1; index >= 0; index--) {
    const line = readLine(above[index] ?? "");
    const dash = line.indent - line.dashes;
    if (line.dashes > 0 && dash < indent && !(isItem && dash === indent)) {
      // A line that begins an item: what it says belongs to the item.
      if (line.indent < indent && line.key !== undefined) path.unshift(line.key);
      path.unshift(countItems(above.slice(0, index), dash));
      indent = dash;
      isItem = true;
    } else if (line.dashes === 0 && line.key !== undefined && (line.indent < indent || (isItem && line.indent === indent))) {
      path.unshift(line.key);
      indent = line.indent;
      isItem = false;
    }
    if (indent === 0 && !isItem) break;
  }
  return path;
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

interface FlowStep {
  readonly path: Path;
  readonly isKey: boolean;
  readonly word: string;
  readonly isFlow: boolean;
  readonly keys: readonly string[];
}

/** What is open on the line itself: a key, a value, or something in braces. */
function flowStep(rest: string): FlowStep {
  const key = /^(?:"([^"]*)"|'([^']*)'|([^\s"'{[#][^:#]*?)) *:(?: +|$)/.exec(rest);
  const name = key?.[1] ?? key?.[2] ?? key?.[3];
  let path: (string | number)[] = name === undefined ? [] : [name];
  const open: { readonly path: Path; readonly isList: boolean; keys: string[]; count: number }[] = [];
  let part = rest.slice(key?.[0].length ?? 0);
  for (let match = /[{[\]},]/.exec(part); match !== null; match = /[{[\]},]/.exec(part)) {
    const said = /^\s*["']?([\w./-]+)["']?\s*:/.exec(part.slice(0, match.index))?.[1];
    const top = open.at(-1);
    if (said !== undefined) top?.keys.push(said);
    const own = top === undefined ? path : [...top.path, ...(top.isList ? [top.count] : said === undefined ? [] : [said])];
    if (match[0] === "{" || match[0] === "[") open.push({ path: own, isList: match[0] === "[", keys: [], count: 0 });
    else if (match[0] === ",") {
      if (top?.isList === true) top.count++;
    } else open.pop();
    part = part.slice(match.index + 1);
  }
  const top = open.at(-1);
  if (top === undefined) return { path, isKey: name === undefined, word: part.trimStart(), isFlow: false, keys: [] };
  if (top.isList) return { path: [...top.path, top.count], isKey: false, word: part.trimStart(), isFlow: true, keys: [] };
  const half = /^\s*["']?([\w./-]+)["']?\s*: *(.*)$/.exec(part);
  path = half?.[1] === undefined ? [...top.path] : [...top.path, half[1]];
  return { path, isKey: half === null, word: half?.[2] ?? part.trimStart(), isFlow: true, keys: top.keys };
}

/** Keys beside a line, up and down, in the same block. */
function siblingsOf(text: string, start: number, lead: string): readonly string[] {
  const indent = lead.length;
  // A line that begins an item has nothing of it above.
  const above = lead.includes("-") ? [] : text.slice(0, start).split("\n").slice(0, -1).reverse();
  const below = text.slice(start).split("\n").slice(1);
  return [above, below].flatMap((lines, direction) => {
    const keys: string[] = [];
    for (const line of lines) {
      if (/^\s*(#.*)?$/.test(line)) continue;
      const read = readLine(line);
      const begins = read.dashes > 0 && read.indent === indent;
      if (read.indent < indent || (begins && direction === 1)) break;
      if (read.indent === indent && read.key !== undefined) keys.push(read.key);
      if (begins) break;
    }
    return keys;
  });
}
