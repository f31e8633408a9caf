import { type CharSet, PatternError, parsePattern, type Syntax } from "./syntax.ts";

export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * A regular expression that looks at each character of a line once, whatever the pattern: "(a+)+$", at which the browser's
 * own engine hangs, is as fast as "a". A set of states is followed instead of one way after the other, and each set that was
 * met is kept (Thompson's construction).
 */
export interface Pattern {
  test(line: string): boolean;
  /** Where it matches: the longest from the left, again and again. Gives up on lines that cost too much. */
  ranges(line: string): readonly Range[];
}

/** Throws a PatternError that says what is wrong with it. Letters are the same in both cases. */
export function compilePattern(text: string): Pattern {
  const nodes: Node[] = [{ kind: "match" }];
  const start = build(parsePattern(text), 0, nodes);
  return new Automaton(nodes, start);
}

type Node =
  | { readonly kind: "match" }
  | { readonly kind: "chars"; readonly set: CharSet; readonly next: number }
  | { readonly kind: "start" | "end"; readonly next: number }
  | { readonly kind: "split"; next: readonly number[] };

const maxNodes = 20_000;

/** Adds what recognizes `syntax` and then goes on with `next`; returns where that begins. */
function build(syntax: Syntax, next: number, nodes: Node[]): number {
  const add = (node: Node): number => {
    if (nodes.length >= maxNodes) throw new PatternError("the pattern is too large");
    return nodes.push(node) - 1;
  };
  switch (syntax.kind) {
    case "empty":
      return next;
    case "chars":
      return add({ kind: "chars", set: syntax.set, next });
    case "start":
    case "end":
      return add({ kind: syntax.kind, next });
    case "sequence":
      return syntax.parts.reduceRight((after, part) => build(part, after, nodes), next);
    case "choice":
      return add({ kind: "split", next: syntax.parts.map((part) => build(part, next, nodes)) });
    case "repeat":
      return buildRepeat(syntax, next, nodes, add);
  }
}

function buildRepeat(
  { of, least, most }: Syntax & { kind: "repeat" },
  next: number,
  nodes: Node[],
  add: (node: Node) => number,
): number {
  let at = next;
  if (most === Number.POSITIVE_INFINITY) {
    const loop: Node = { kind: "split", next: [] };
    at = add(loop);
    loop.next = [build(of, at, nodes), next];
  } else {
    for (let count = least; count < most; count++) at = add({ kind: "split", next: [build(of, at, nodes), next] });
  }
  for (let count = 0; count < least; count++) at = build(of, at, nodes);
  return at;
}

/** A set of places in the pattern. */
interface State {
  /** Nodes that wait for a character. */
  readonly waiting: readonly number[];
  readonly isMatch: boolean;
  readonly isMatchAtEnd: boolean;
  readonly steps: Map<number, State>;
}

const maxStates = 2000;
const maxRangeSteps = 20_000;

class Automaton implements Pattern {
  readonly #nodes: readonly Node[];
  readonly #start: number;
  /** By their places; those of a search begin anew at each character. */
  #states = new Map<string, State>();

  constructor(nodes: readonly Node[], start: number) {
    this.#nodes = nodes;
    this.#start = start;
  }

  test(line: string): boolean {
    let state = this.#state([this.#start], true, true);
    for (let index = 0; index < line.length; index++) {
      if (state.isMatch) return true;
      state = this.#step(state, line.charCodeAt(index), true);
    }
    return state.isMatchAtEnd;
  }

  ranges(line: string): readonly Range[] {
    const found: Range[] = [];
    let steps = 0;
    for (let from = 0; from < line.length && steps < maxRangeSteps; ) {
      const [to, seen] = this.#longest(line, from);
      steps += seen;
      if (to > from) found.push({ from, to });
      from = Math.max(to, from + 1);
    }
    return found;
  }

  /** Where the longest match from a place ends, -1 where there is none; and how many characters were looked at. */
  #longest(line: string, from: number): readonly [to: number, seen: number] {
    let state = this.#state([this.#start], from === 0, false);
    let to = -1;
    let index = from;
    while (index < line.length && state.waiting.length > 0) {
      state = this.#step(state, line.charCodeAt(index++), false);
      if (index === line.length ? state.isMatchAtEnd : state.isMatch) to = index;
    }
    return [to, index - from + 1];
  }

  #step(state: State, code: number, isSearch: boolean): State {
    const known = state.steps.get(code);
    if (known !== undefined) return known;
    const next = state.waiting.flatMap((at) => {
      const node = this.#nodes[at];
      return node?.kind === "chars" && holds(node.set, code) ? [node.next] : [];
    });
    const to = this.#state(isSearch ? [...next, this.#start] : next, false, isSearch);
    state.steps.set(code, to);
    return to;
  }

  #state(from: readonly number[], isAtStart: boolean, isSearch: boolean): State {
    const reached = this.#reach(from, isAtStart, false);
    const waiting = [...reached].filter((at) => this.#nodes[at]?.kind === "chars").sort((a, b) => a - b);
    const isMatch = reached.has(0);
    const isMatchAtEnd = isMatch || this.#reach(from, isAtStart, true).has(0);
    const key = `${isSearch} ${isMatch} ${isMatchAtEnd} ${waiting.join(",")}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    // Rarely: forgetting all of them is cheaper than being fussy.
    if (this.#states.size >= maxStates) this.#states = new Map();
    const state: State = { waiting, isMatch, isMatchAtEnd, steps: new Map() };
    this.#states.set(key, state);
    return state;
  }

  /** All nodes that are reached without a character. */
  #reach(from: readonly number[], isAtStart: boolean, isAtEnd: boolean): ReadonlySet<number> {
    const reached = new Set<number>();
    const open = [...from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (reached.has(at)) continue;
      reached.add(at);
      const node = this.#nodes[at];
      if (node?.kind === "split") open.push(...node.next);
      else if ((node?.kind === "start" && isAtStart) || (node?.kind === "end" && isAtEnd)) open.push(node.next);
    }
    return reached;
  }
}

function holds(set: CharSet, code: number): boolean {
  return set.some(([from, to]) => from <= code && code <= to);
}
