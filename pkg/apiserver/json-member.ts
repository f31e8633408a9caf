const quote = 0x22;
const comma = 0x2c;
const openList = 0x5b;
const backslash = 0x5c;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/**
 * The text of one member of an object, out of the object's text as JSON.stringify writes it (no space anywhere), without
 * parsing it; undefined where there is no such member. `name` needs no escapes.
 */
export function memberText(text: string, name: string): string | undefined {
  let at = 1;
  while (text.charCodeAt(at) === quote) {
    const keyEnd = endOfString(text, at);
    const start = keyEnd + 2;
    const end = endOfValue(text, start);
    if (keyEnd - at - 1 === name.length && text.startsWith(name, at + 1)) return text.slice(start, end);
    at = end + 1;
  }
  return undefined;
}

/** How many members the object in a text has; 0 where it is no object. */
export function countMembers(text: string): number {
  if (text.charCodeAt(0) !== openObject) return 0;
  let count = 0;
  for (let at = 1; text.charCodeAt(at) === quote; count++) at = endOfValue(text, endOfString(text, at) + 2) + 1;
  return count;
}

/** What stands at a path of fields in the object's text; undefined where there is nothing. */
export function valueAt(text: string, path: readonly string[]): unknown {
  let found: string | undefined = text;
  for (const name of path) found = found?.charCodeAt(0) === openObject ? memberText(found, name) : undefined;
  if (found === undefined) return undefined;
  const isPlain = found.charCodeAt(0) === quote && !found.includes("\\");
  return isPlain ? found.slice(1, -1) : JSON.parse(found);
}

/** Index of the quote that ends the string which begins with the one at `start`. */
export function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === backslash) before--;
    // A quote after an odd number of backslashes is a part of the string.
    if ((at - before) % 2 === 1) return at;
  }
  return text.length;
}

/** Index after the value that begins at `start`. */
function endOfValue(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === quote) return endOfString(text, start) + 1;
  if (first === openObject || first === openList) return endOfNested(text, start);
  // A number or a word ends with the comma or the bracket of what it is in.
  let at = start;
  while (at < text.length && !isEnd(text.charCodeAt(at))) at++;
  return at;
}

function endOfNested(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openObject || code === openList) depth++;
    else if ((code === closeObject || code === closeList) && --depth === 0) return at + 1;
  }
  return text.length;
}

function isEnd(code: number): boolean {
  return code === comma || code === closeObject || code === closeList;
}
