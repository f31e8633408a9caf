import { compilePattern, type Pattern, type Range } from "../pattern/pattern.ts";
import type { LogLine } from "./log-buffer.ts";

export interface LogSearch {
  /** Undefined: every line. */
  readonly matches: ((line: LogLine) => boolean) | undefined;
  ranges(text: string): readonly Range[];
  /** Why it cannot be searched for. */
  readonly problem: string | undefined;
}

/** Marks are looked for up to here. */
const longestMarked = 4000;
const all: LogSearch = { matches: undefined, ranges: () => [], problem: undefined };

export function searchFor(words: string, isRegexp: boolean): LogSearch {
  if (words === "") return all;
  if (!isRegexp) return plainSearch(words.toLowerCase());
  try {
    return patternSearch(compilePattern(words));
  } catch (error) {
    return { ...all, problem: error instanceof Error ? error.message : String(error) };
  }
}

function patternSearch(pattern: Pattern): LogSearch {
  return {
    matches: ({ text }) => pattern.test(text),
    ranges: (text) => pattern.ranges(text.slice(0, longestMarked)),
    problem: undefined,
  };
}

function plainSearch(words: string): LogSearch {
  const ranges = (text: string): readonly Range[] => {
    const lower = text.slice(0, longestMarked).toLowerCase();
    // Few letters become longer in lower case: then the places are not those of the text.
    if (lower.length !== Math.min(text.length, longestMarked)) return [];
    const found: Range[] = [];
    for (let from = lower.indexOf(words); from >= 0; from = lower.indexOf(words, from + words.length))
      found.push({ from, to: from + words.length });
    return found;
  };
  return { matches: ({ text }) => text.toLowerCase().includes(words), ranges, problem: undefined };
}
