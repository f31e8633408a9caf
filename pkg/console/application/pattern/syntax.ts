/** Ranges of character codes, both ends included. */
export type CharSet = readonly (readonly [from: number, to: number])[];

export type Syntax =
  | { readonly kind: "chars"; readonly set: CharSet }
  | { readonly kind: "start" | "end" | "empty" }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Syntax[] }
  | { readonly kind: "repeat"; readonly of: Syntax; readonly least: number; readonly most: number };

/** Why a pattern cannot be used; for people. */
export class PatternError extends Error {}

const last = 0xffff;
const digits: CharSet = [[48, 57]];
const words: CharSet = [...digits, [65, 90], [95, 95], [97, 122]];
const spaces: CharSet = [
  [9, 13],
  [32, 32],
  [160, 160],
];
const classes: Readonly<Record<string, CharSet>> = {
  ...{ d: digits, w: words, s: spaces },
  ...{ D: inverse(digits), W: inverse(words), S: inverse(spaces) },
};
const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const maxRepeat = 1000;

/** Reads a regular expression: what grep -E and JavaScript both understand, without what needs more than one pass. */
export function parsePattern(text: string): Syntax {
  const reader = new Reader(text);
  const syntax = reader.choice();
  if (!reader.isAtEnd) throw new PatternError(`there is no ( for the ) at ${reader.at + 1}`);
  return syntax;
}

class Reader {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  choice(): Syntax {
    const parts = [this.#sequence()];
    while (this.#skip("|")) parts.push(this.#sequence());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: "choice", parts };
  }

  #sequence(): Syntax {
    const parts: Syntax[] = [];
    while (!this.isAtEnd && !"|)".includes(this.#peek())) parts.push(this.#repeated());
    return { kind: "sequence", parts };
  }

  #repeated(): Syntax {
    let of = this.#atom();
    for (let bounds = this.#bounds(); bounds !== undefined; bounds = this.#bounds()) {
      const [least, most] = bounds;
      of = { kind: "repeat", of, least, most };
      // Whether as little or as much as possible is taken makes no difference to whether a line matches.
      this.#skip("?");
    }
    return of;
  }

  #bounds(): readonly [number, number] | undefined {
    if (this.#skip("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#skip("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#skip("?")) return [0, 1];
    const found = /^\{(\d+)(,?)(\d*)\}/.exec(this.#text.slice(this.at));
    if (found === null) return undefined;
    this.at += found[0].length;
    const least = Number(found[1]);
    const most = found[2] === "" ? least : found[3] === "" ? Number.POSITIVE_INFINITY : Number(found[3]);
    if (least > most || least > maxRepeat || (most > maxRepeat && most !== Number.POSITIVE_INFINITY))
      throw new PatternError(`${found[0]} repeats too often, or less than it says`);
    return [least, most];
  }

  #atom(): Syntax {
    const char = this.#take();
    switch (char) {
      case "(":
        return this.#group();
      case "[":
        return { kind: "chars", set: this.#set() };
      case ".":
        return { kind: "chars", set: [[0, last]] };
      case "^":
        return { kind: "start" };
      case "$":
        return { kind: "end" };
      case "*":
      case "+":
      case "?":
        throw new PatternError(`there is nothing before the ${char} at ${this.at}`);
      case "\\":
        return { kind: "chars", set: bothCases(this.#escaped()) };
      default:
        return { kind: "chars", set: bothCases(single(char.charCodeAt(0))) };
    }
  }

  #group(): Syntax {
    if (this.#skip("?") && !this.#skip(":")) throw new PatternError("only groups ( ) and (?: ) are understood");
    const inner = this.choice();
    if (!this.#skip(")")) throw new PatternError("a ) is missing");
    return inner;
  }

  #escaped(): CharSet {
    const char = this.#take("there is nothing after the last \\");
    const known = classes[char];
    if (known !== undefined) return known;
    if (/[bB1-9kpPux]/.test(char)) throw new PatternError(`\\${char} is not understood`);
    return single(controls[char] ?? char.charCodeAt(0));
  }

  #set(): CharSet {
    const isInverse = this.#skip("^");
    const ranges: (readonly [number, number])[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== "]"; isFirst = false) {
      const from = this.#member();
      const [low] = from;
      if (from.length === 1 && low !== undefined && low[0] === low[1] && /^-[^\]]/.test(this.#text.slice(this.at))) {
        this.at++;
        const to = this.#member()[0]?.[0] ?? 0;
        if (to < low[0]) throw new PatternError("a range in [ ] is the wrong way round");
        ranges.push([low[0], to]);
      } else ranges.push(...from);
    }
    this.at++;
    const folded = bothCases(ranges);
    return isInverse ? inverse(folded) : folded;
  }

  #member(): CharSet {
    const char = this.#take("a ] is missing");
    return char === "\\" ? this.#escaped() : single(char.charCodeAt(0));
  }

  #peek(): string {
    return this.#text[this.at] ?? "";
  }

  #take(orElse = "the pattern ends too early"): string {
    const char = this.#text[this.at++];
    if (char === undefined) throw new PatternError(orElse);
    return char;
  }

  #skip(char: string): boolean {
    const is = this.#peek() === char;
    if (is) this.at++;
    return is;
  }
}

function single(code: number): CharSet {
  return [[code, code]];
}

/** Ranges of more characters than this are no letters that somebody typed. */
const maxFolded = 2000;

/** With each letter its other case: what is searched for is found however it is written. */
function bothCases(set: CharSet): CharSet {
  const out = [...set];
  for (const [from, to] of set) {
    for (let code = from; code <= Math.min(to, from + maxFolded); code++) {
      const char = String.fromCharCode(code);
      for (const other of [char.toLowerCase(), char.toUpperCase()])
        if (other !== char && other.length === 1) out.push([other.charCodeAt(0), other.charCodeAt(0)]);
    }
  }
  return out;
}

function inverse(set: CharSet): CharSet {
  const out: (readonly [number, number])[] = [];
  let next = 0;
  for (const [from, to] of [...set].sort((a, b) => a[0] - b[0])) {
    if (from > next) out.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  return next <= last ? [...out, [next, last]] : out;
}
