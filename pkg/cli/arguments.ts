import { parseDuration } from "../clock/index.ts";
import { didYouMean } from "./nearest-word.ts";
import { UsageError } from "./usage-error.ts";

export interface Flag {
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** switch: no value, or =true/=false; texts: may be given again. */
  readonly type: "switch" | "text" | "texts" | "number" | "duration";
  readonly help: string;
  /** What the value is, for help: FILE, DURATION … */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** The value of a text flag that stands alone; it then takes its value only after "=". */
  readonly bare?: string;
  /** Accepted for the sake of habit; not shown. */
  readonly hidden?: boolean;
}

/** A parsed command line. */
export class Arguments {
  readonly positional: readonly string[];
  /** What stands after "--"; undefined where there is none. */
  readonly rest: readonly string[] | undefined;
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(
    positional: readonly string[],
    rest: readonly string[] | undefined,
    values: ReadonlyMap<string, readonly string[]>,
  ) {
    this.positional = positional;
    this.rest = rest;
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  on(name: string, fallback = false): boolean {
    const value = this.text(name);
    return value === undefined ? fallback : value === "true";
  }

  /** The last value given. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  number(name: string): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : Number(value);
  }

  /** Milliseconds. */
  duration(name: string): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : durationValue(value);
  }
}

/** Reads a command line as kubectl does: flags anywhere before "--", -abc for switches, --name=value or --name value. */
export function parseArguments(argv: readonly string[], flags: readonly Flag[]): Arguments {
  const parser = new Parser(flags);
  const end = argv.indexOf("--");
  const words = end < 0 ? argv : argv.slice(0, end);
  for (let index = 0; index < words.length; ) index = parser.take(words, index);
  return new Arguments(parser.positional, end < 0 ? undefined : argv.slice(end + 1), parser.values);
}

class Parser {
  readonly positional: string[] = [];
  readonly values = new Map<string, string[]>();
  readonly #flags: readonly Flag[];

  constructor(flags: readonly Flag[]) {
    this.#flags = flags;
  }

  /** Takes the word at `index`, and the next one where it is its value; returns where to go on. */
  take(words: readonly string[], index: number): number {
    const word = words[index] ?? "";
    if (word.startsWith("--")) return this.#long(word, words, index);
    if (word.startsWith("-") && word !== "-") return this.#short(word.slice(1), words, index);
    this.positional.push(word);
    return index + 1;
  }

  #long(word: string, words: readonly string[], index: number): number {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    const flag = this.#flags.find((candidate) => candidate.name === name);
    if (flag === undefined) {
      const known = this.#flags.filter(({ hidden }) => hidden !== true).map((each) => `--${each.name}`);
      throw new UsageError(`unknown flag: --${name}${didYouMean(`--${name}`, known)}`);
    }
    if (equals >= 0) return this.#set(flag, word.slice(equals + 1), index + 1);
    if (flag.type === "switch") return this.#set(flag, "true", index + 1);
    if (flag.bare !== undefined) return this.#set(flag, flag.bare, index + 1);
    return this.#set(flag, valueAfter(words, index, `--${name}`), index + 2);
  }

  #short(letters: string, words: readonly string[], index: number): number {
    const letter = letters[0] ?? "";
    const flag = this.#flags.find((candidate) => candidate.short === letter);
    if (flag === undefined) throw new UsageError(`unknown flag: -${letter}`);
    const rest = letters.slice(1);
    if (flag.type === "switch") {
      if (rest.startsWith("=")) return this.#set(flag, rest.slice(1), index + 1);
      this.#set(flag, "true", index);
      return rest === "" ? index + 1 : this.#short(rest, words, index);
    }
    if (rest !== "") return this.#set(flag, rest.replace(/^=/, ""), index + 1);
    return this.#set(flag, valueAfter(words, index, `-${letter}`), index + 2);
  }

  #set(flag: Flag, value: string, next: number): number {
    checkValue(flag, value);
    const before = this.values.get(flag.name) ?? [];
    this.values.set(flag.name, flag.type === "texts" ? [...before, value] : [value]);
    return next;
  }
}

function valueAfter(words: readonly string[], index: number, shown: string): string {
  const value = words[index + 1];
  if (value === undefined) throw new UsageError(`flag needs a value: ${shown}`);
  return value;
}

function checkValue(flag: Flag, value: string): void {
  if (flag.choices !== undefined && !flag.choices.includes(value)) {
    throw new UsageError(`--${flag.name}: ${JSON.stringify(value)} is not one of ${flag.choices.join(", ")}`);
  }
  if (flag.type === "switch" && value !== "true" && value !== "false") {
    throw new UsageError(`--${flag.name}: ${JSON.stringify(value)} is neither true nor false`);
  }
  if (flag.type === "number" && !/^-?\d+$/.test(value)) {
    throw new UsageError(`--${flag.name}: ${JSON.stringify(value)} is not a whole number`);
  }
  if (flag.type === "duration" && durationValue(value) === undefined) {
    throw new UsageError(`--${flag.name}: ${JSON.stringify(value)} is not a duration such as 30s or 1h30m`);
  }
}

/** A duration; a bare number is seconds, as kubectl takes it. */
function durationValue(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
}
