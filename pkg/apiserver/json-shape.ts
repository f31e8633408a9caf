import { badRequest } from "./errors.ts";

/** Deeper nesting is no manifest of ours, and would cost a stack frame a level everywhere. */
const maxDepth = 64;
/** Members of all objects and lists together; a body of 3 MiB could hold half a million empty ones. */
const maxNodes = 250_000;

export const nestedTooDeep = `the body is nested deeper than ${maxDepth} levels`;

/**
 * Throws BadRequest where a value is nested too deep, has too many members, a number that JSON cannot say again, or a key
 * that is a trap for programs.
 */
export function checkShape(root: unknown): void {
  let nodes = 0;
  const check = (value: unknown, depth: number): void => {
    if (typeof value === "number") checkNumber(value);
    if (typeof value !== "object" || value === null) return;
    if (depth > maxDepth) throw badRequest(nestedTooDeep);
    const members = Array.isArray(value) ? value : Object.values(value);
    nodes += members.length;
    if (nodes > maxNodes) throw badRequest(`the body has more than ${maxNodes} values`);
    if (Object.hasOwn(value, "__proto__")) throw badRequest('"__proto__" is not a field');
    for (const member of members) check(member, depth + 1);
  };
  check(root, 0);
}

function checkNumber(value: number): void {
  if (!Number.isFinite(value)) throw badRequest("the body has a number that is too large");
}

/** Escapes in JSON text that may stand for half a character. */
const surrogateEscape = /\\u[dD][89a-fA-F]/;

/** A value whose strings are all Unicode: half characters, which its text may have escapes for, are replaced by U+FFFD. */
export function wellFormed(value: unknown, text: string): unknown {
  return surrogateEscape.test(text) ? withWholeCharacters(value) : value;
}

function withWholeCharacters(value: unknown): unknown {
  if (typeof value === "string") return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map(withWholeCharacters);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [Buffer.from(name).toString(), withWholeCharacters(member)]),
  );
}
