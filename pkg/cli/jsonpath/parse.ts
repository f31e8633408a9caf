import { UsageError } from "../usage-error.ts";

/** One step down a value. */
export type Step =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | {
      readonly kind: "slice";
      readonly start: number | undefined;
      readonly end: number | undefined;
      readonly step: number;
    }
  | { readonly kind: "wildcard" }
  | { readonly kind: "descend" }
  | { readonly kind: "union"; readonly steps: readonly Step[] }
  | { readonly kind: "filter"; readonly filter: Filter };

export interface Filter {
  readonly left: Operand;
  /** Absent: `left` must be there. */
  readonly operator?: "==" | "!=" | "<" | "<=" | ">" | ">=";
  readonly right?: Operand;
}

export type Operand = { readonly path: readonly Step[] } | { readonly value: string | number | boolean | null };

/** Reads one path: ".spec.replicas", "{.status.phase}", "metadata.name", "$.items[*]". Throws UsageError. */
export function parsePath(text: string): readonly Step[] {
  const inner = text
    .trim()
    .replace(/^\{(.*)\}$/s, "$1")
    .trim();
  const path = inner.replace(/^\$|^@/, "");
  return new PathParser(path.startsWith(".") || path.startsWith("[") || path === "" ? path : `.${path}`, text).steps();
}

class PathParser {
  readonly #text: string;
  readonly #shown: string;
  #at = 0;

  constructor(text: string, shown: string) {
    this.#text = text;
    this.#shown = shown;
  }

  steps(): readonly Step[] {
    const steps: Step[] = [];
    while (this.#at < this.#text.length) steps.push(...this.#next());
    return steps;
  }

  #next(): readonly Step[] {
    if (this.#text.startsWith("..", this.#at)) {
      this.#at += 2;
      return this.#peek() === "[" ? [{ kind: "descend" }] : [{ kind: "descend" }, this.#name()];
    }
    if (this.#peek() === ".") {
      this.#at++;
      return this.#at === this.#text.length || this.#peek() === "[" ? [] : [this.#name()];
    }
    if (this.#peek() === "[") return [this.#bracket()];
    throw this.#fault();
  }

  /** A field's name; a backslash keeps the character after it: .metadata.labels.plush\.dev/component. */
  #name(): Step {
    let name = "";
    while (this.#at < this.#text.length && !/[.[\]{}\s]/.test(this.#peek())) {
      if (this.#peek() === "\\") this.#at++;
      name += this.#peek();
      this.#at++;
    }
    if (name === "") throw this.#fault();
    return name === "*" ? { kind: "wildcard" } : { kind: "field", name };
  }

  #bracket(): Step {
    const end = closingBracket(this.#text, this.#at);
    if (end < 0) throw this.#fault();
    const inner = this.#text.slice(this.#at + 1, end).trim();
    this.#at = end + 1;
    if (inner.startsWith("?(") && inner.endsWith(")"))
      return { kind: "filter", filter: parseFilter(inner.slice(2, -1), this.#shown) };
    const parts = splitOutsideQuotes(inner, ",").map((part) => this.#selector(part.trim()));
    const [first, ...more] = parts;
    if (first === undefined) throw this.#fault();
    return more.length === 0 ? first : { kind: "union", steps: parts };
  }

  #selector(text: string): Step {
    if (text === "*") return { kind: "wildcard" };
    const quoted = /^(['"])(.*)\1$/s.exec(text);
    if (quoted !== null) return { kind: "field", name: (quoted[2] ?? "").replace(/\\(.)/g, "$1") };
    if (/^-?\d+$/.test(text)) return { kind: "index", index: Number(text) };
    const slice = /^(-?\d*):(-?\d*)(?::(\d+))?$/.exec(text);
    if (slice === null) throw this.#fault();
    return { kind: "slice", start: bound(slice[1]), end: bound(slice[2]), step: Number(slice[3] ?? 1) };
  }

  #peek(): string {
    return this.#text[this.#at] ?? "";
  }

  #fault(): UsageError {
    return new UsageError(
      `JSONPath ${JSON.stringify(this.#shown)} cannot be read at ${JSON.stringify(this.#text.slice(this.#at))}`,
    );
  }
}

function bound(text: string | undefined): number | undefined {
  return text === undefined || text === "" ? undefined : Number(text);
}

function parseFilter(text: string, shown: string): Filter {
  for (const operator of ["==", "!=", "<=", ">=", "<", ">"] as const) {
    const [left, right, ...more] = splitOutsideQuotes(text, operator);
    if (left === undefined || right === undefined || more.length > 0) continue;
    return { left: parseOperand(left.trim(), shown), operator, right: parseOperand(right.trim(), shown) };
  }
  return { left: parseOperand(text.trim(), shown) };
}

function parseOperand(text: string, shown: string): Operand {
  if (text.startsWith("@") || text.startsWith("$")) return { path: parsePath(text) };
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted !== null) return { value: (quoted[2] ?? "").replace(/\\(.)/g, "$1") };
  if (text === "true" || text === "false") return { value: text === "true" };
  if (text === "null") return { value: null };
  if (text !== "" && !Number.isNaN(Number(text))) return { value: Number(text) };
  throw new UsageError(`JSONPath ${JSON.stringify(shown)}: ${JSON.stringify(text)} is neither a path nor a value`);
}

/** Index of the "]" that ends the "[" at `start`; quotes and inner brackets are skipped. */
function closingBracket(text: string, start: number): number {
  let depth = 0;
  for (const { character, at } of unquoted(text, start)) {
    if (character === "[") depth++;
    else if (character === "]" && --depth === 0) return at;
  }
  return -1;
}

export function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (const { at } of unquoted(text, 0)) {
    if (at < start || !text.startsWith(separator, at)) continue;
    parts.push(text.slice(start, at));
    start = at + separator.length;
  }
  return [...parts, text.slice(start)];
}

/** The characters that stand outside of quotes and behind no backslash. */
function* unquoted(text: string, start: number): Generator<{ readonly character: string; readonly at: number }> {
  let quote = "";
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === "\\") at++;
    else if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === "'" || character === '"') quote = character;
    else yield { character, at };
  }
}
