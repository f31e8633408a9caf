import type { NamePath, Position, TemplateFault, TemplateNode } from "./node.ts";

export type Parsed =
  | { readonly nodes: readonly TemplateNode[] }
  /** The first thing that cannot be read. */
  | { readonly fault: TemplateFault };

/** Deeper nesting is refused. */
const maxDepth = 20;
const word = /^[A-Za-z_][A-Za-z0-9_-]*$/;

interface Token {
  /** The action's words; undefined: text. */
  readonly words: readonly string[] | undefined;
  readonly text: string;
  readonly at: Position;
}

/** A part that is open: what `end` closes. */
interface Frame {
  readonly opener: Opener | undefined;
  readonly at: Position;
  readonly body: TemplateNode[];
  otherwise: TemplateNode[] | undefined;
}

interface Opener {
  readonly kind: "range" | "if";
  readonly name: NamePath;
  readonly negated: boolean;
}

/**
 * Reads a template: `{{ .name }}`, `{{ range .list }}…{{ end }}`, `{{ if .name }}…{{ else }}…{{ end }}`, `{{ if not .name }}`,
 * and comments `{{/* … *\/}}`. A "-" inside the braces takes the white space beside them away. Never throws.
 */
export function parseTemplate(source: string): Parsed {
  const tokens = tokenize(source);
  if ("fault" in tokens) return tokens;
  const root: Frame = { opener: undefined, at: { line: 1, column: 1 }, body: [], otherwise: undefined };
  const frames = [root];
  for (const token of tokens.tokens) {
    const fault = take(frames, token);
    if (fault !== undefined) return { fault: { at: token.at, message: fault } };
  }
  const open = frames.at(-1);
  if (frames.length > 1 && open !== undefined) {
    return { fault: { at: open.at, message: `${open.opener?.kind} has no {{ end }}` } };
  }
  return { nodes: root.body };
}

/** Puts a token where it belongs; returns what is wrong with it. */
function take(frames: Frame[], { words, text, at }: Token): string | undefined {
  const frame = frames.at(-1);
  if (frame === undefined) return "nothing is open";
  const target = frame.otherwise ?? frame.body;
  if (words === undefined) {
    if (text !== "") target.push({ kind: "text", text });
    return undefined;
  }
  const [first = ""] = words;
  if (first === "end") return close(frames, words);
  if (first === "else") return otherwise(frame, words);
  if (first === "range" || first === "if") return open(frames, first, words.slice(1), at);
  const name = words.length === 1 ? parseName(first, at) : undefined;
  if (name === undefined) return `cannot read {{ ${words.join(" ")} }}: ${usage}`;
  target.push({ kind: "value", name });
  return undefined;
}

const usage = "there are {{ .name }}, {{ range .list }}, {{ if .name }}, {{ if not .name }}, {{ else }} and {{ end }}";

function open(frames: Frame[], kind: "range" | "if", words: readonly string[], at: Position): string | undefined {
  const negated = kind === "if" && words[0] === "not";
  const rest = negated ? words.slice(1) : words;
  const name = rest.length === 1 ? parseName(rest[0] ?? "", at) : undefined;
  if (name === undefined) return `${kind} takes one name, as in {{ ${kind} .${kind === "if" ? "ready" : "members"} }}`;
  if (frames.length > maxDepth) return `parts are nested deeper than ${maxDepth}`;
  frames.push({ opener: { kind, name, negated }, at, body: [], otherwise: undefined });
  return undefined;
}

function otherwise(frame: Frame, words: readonly string[]): string | undefined {
  if (words.length > 1) return "else takes nothing: put an {{ if }} inside it";
  if (frame.opener?.kind !== "if") return "else belongs to no {{ if }}";
  if (frame.otherwise !== undefined) return "a second else";
  frame.otherwise = [];
  return undefined;
}

function close(frames: Frame[], words: readonly string[]): string | undefined {
  if (words.length > 1) return "end takes nothing";
  if (frames.length === 1) return "end closes nothing";
  const { opener, body, otherwise: rest = [] } = frames.pop() ?? {};
  const parent = frames.at(-1);
  if (opener === undefined || body === undefined || parent === undefined) return "end closes nothing";
  const { kind, name, negated } = opener;
  const node: TemplateNode = kind === "range" ? { kind, name, body } : { kind, name, negated, body, otherwise: rest };
  (parent.otherwise ?? parent.body).push(node);
  return undefined;
}

/** Undefined: it is no name. */
function parseName(text: string, at: Position): NamePath | undefined {
  const fromRoot = text.startsWith("$.");
  if (!fromRoot && !text.startsWith(".")) return undefined;
  const path = text.slice(fromRoot ? 2 : 1);
  const parts = path === "" ? [] : path.split(".");
  return parts.every((part) => word.test(part)) && !(fromRoot && parts.length === 0)
    ? { fromRoot, parts, at }
    : undefined;
}

function tokenize(source: string): { readonly tokens: readonly Token[] } | { readonly fault: TemplateFault } {
  const tokens: Token[] = [];
  const lines = new LineCounter(source);
  let offset = 0;
  let trims = false;
  for (let begin = source.indexOf("{{"); begin >= 0; begin = source.indexOf("{{", offset)) {
    const end = source.indexOf("}}", begin + 2);
    if (end < 0) return { fault: { at: lines.at(begin), message: "{{ has no }}" } };
    const action = readAction(source.slice(begin + 2, end));
    const text = trimmed(source.slice(offset, begin), trims, action.trimsBefore);
    tokens.push({ words: undefined, text, at: lines.at(offset) });
    if (!isComment(action.text)) tokens.push({ words: action.text.split(/\s+/), text: "", at: lines.at(begin) });
    trims = action.trimsAfter;
    offset = end + 2;
  }
  tokens.push({ words: undefined, text: trimmed(source.slice(offset), trims, false), at: lines.at(offset) });
  return { tokens };
}

function readAction(inner: string): {
  readonly text: string;
  readonly trimsBefore: boolean;
  readonly trimsAfter: boolean;
} {
  const trimsBefore = /^-(\s|$)/.test(inner);
  const rest = trimsBefore ? inner.slice(1) : inner;
  const trimsAfter = /\s-$/.test(rest);
  return { text: (trimsAfter ? rest.slice(0, -1) : rest).trim(), trimsBefore, trimsAfter };
}

function trimmed(text: string, before: boolean, after: boolean): string {
  const started = before ? text.trimStart() : text;
  return after ? started.trimEnd() : started;
}

function isComment(action: string): boolean {
  return action.length >= 4 && action.startsWith("/*") && action.endsWith("*/");
}

/** Positions of offsets that are asked for in rising order. */
class LineCounter {
  readonly #source: string;
  #line = 1;
  #lineStart = 0;
  #seen = 0;

  constructor(source: string) {
    this.#source = source;
  }

  at(offset: number): Position {
    for (; this.#seen < offset; this.#seen++) {
      if (this.#source[this.#seen] !== "\n") continue;
      this.#line++;
      this.#lineStart = this.#seen + 1;
    }
    return { line: this.#line, column: offset - this.#lineStart + 1 };
  }
}
