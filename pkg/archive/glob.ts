/** What is still to be matched of a pattern, a name of the path a word. */
export type Pattern = readonly string[];

/** Cuts a pattern into the names that a path has to have: "logs/*.txt", "**" for any number of directories. */
export function parsePattern(text: string): Pattern {
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  return parts.at(-1) === "**" ? [...parts, "*"] : parts;
}

/** What is left of patterns below an entry of this name; none: nothing below it, nor itself, is meant. */
export function stepInto(patterns: readonly Pattern[], name: string): readonly Pattern[] {
  return patterns.flatMap((pattern) => step(pattern, name));
}

/** True where the entry itself is meant. */
export function isMatched(left: readonly Pattern[]): boolean {
  return left.some((pattern) => pattern.length === 0);
}

/** True where a pattern means a path. */
export function matchesPath(pattern: Pattern, path: string): boolean {
  let left: readonly Pattern[] = [pattern];
  for (const name of path.split("/")) left = stepInto(left, name);
  return isMatched(left);
}

function step(pattern: Pattern, name: string): readonly Pattern[] {
  const [part, ...rest] = pattern;
  if (part === undefined) return [];
  if (part !== "**") return matchesName(part, name) ? [rest] : [];
  return [...(name.startsWith(".") ? [] : [pattern]), ...step(rest, name)];
}

/** * is any text, ? one character; neither stands for a dot at the beginning. */
function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  let at = 0;
  let star = -1;
  let retry = 0;
  for (let index = 0; index < name.length; ) {
    if (pattern[at] === "*") {
      star = at++;
      retry = index;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === name[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++retry;
    } else return false;
  }
  return [...pattern.slice(at)].every((character) => character === "*");
}
