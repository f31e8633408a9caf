import { UsageError } from "../usage-error.ts";
import { evaluateAll } from "./evaluate.ts";
import { parsePath, type Step, splitOutsideQuotes } from "./parse.ts";

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "path"; readonly steps: readonly Step[] }
  | { readonly kind: "range"; readonly steps: readonly Step[]; readonly body: readonly Part[] };

/** Makes a function of a template as kubectl's -o jsonpath takes it: text, {path}, {"literal"}, {range path}…{end}. */
export function compileTemplate(template: string): (value: unknown) => string {
  // A bare path without braces is taken as one.
  const tokens = tokenize(template.includes("{") ? template : `{${template}}`);
  const parts = parseParts(tokens, false);
  return (value) => render(parts, value);
}

type Token = { readonly text: string } | { readonly action: string };

function tokenize(template: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < template.length) {
    const open = template.indexOf("{", at);
    if (open < 0) return [...tokens, { text: template.slice(at) }];
    if (open > at) tokens.push({ text: template.slice(at, open) });
    const close = closingBrace(template, open);
    tokens.push({ action: template.slice(open + 1, close).trim() });
    at = close + 1;
  }
  return tokens;
}

function closingBrace(template: string, open: number): number {
  // A brace inside quotes is text; splitting at "}" outside of quotes finds the first that is none.
  const [inside = "", ...rest] = splitOutsideQuotes(template.slice(open), "}");
  if (rest.length === 0) throw new UsageError(`JSONPath ${JSON.stringify(template)}: a "{" is never closed`);
  return open + inside.length;
}

/** Consumes tokens up to {end} where `inRange`, else all. */
function parseParts(tokens: Token[], inRange: boolean): Part[] {
  const parts: Part[] = [];
  for (let token = tokens.shift(); token !== undefined; token = tokens.shift()) {
    if ("text" in token) {
      parts.push({ kind: "text", text: token.text });
      continue;
    }
    if (token.action === "end") {
      if (!inRange) throw new UsageError("JSONPath: {end} without {range}");
      return parts;
    }
    parts.push(parseAction(token.action, tokens));
  }
  if (inRange) throw new UsageError("JSONPath: {range} without {end}");
  return parts;
}

function parseAction(action: string, tokens: Token[]): Part {
  const range = /^range\s+(.*)$/s.exec(action);
  if (range !== null) return { kind: "range", steps: parsePath(range[1] ?? ""), body: parseParts(tokens, true) };
  const literal = /^(['"])(.*)\1$/s.exec(action);
  if (literal !== null) return { kind: "text", text: unescaped(literal[2] ?? "") };
  return { kind: "path", steps: parsePath(action) };
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => escapes[character] ?? character);
}

function render(parts: readonly Part[], value: unknown): string {
  return parts.map((part) => renderPart(part, value)).join("");
}

function renderPart(part: Part, value: unknown): string {
  if (part.kind === "text") return part.text;
  const found = evaluateAll(part.steps, value);
  if (part.kind === "path") return found.map(valueText).join(" ");
  return found.map((item) => render(part.body, item)).join("");
}

/** A found value as text: scalars as they are, everything else as JSON. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
