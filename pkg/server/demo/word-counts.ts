import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export type WordCounts = Readonly<Record<string, number>>;

/** Counts the words of all texts of a directory in this one process: what the machines' answer is held against. */
export async function countWords(directory: string): Promise<WordCounts> {
  const counts = new Map<string, number>();
  for (const name of await readdir(directory)) {
    const text = await readFile(join(directory, name), "utf8");
    for (const [word] of text.toLowerCase().matchAll(/[a-z]+(?:'[a-z]+)?/g))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

/** The first word on which two counts differ, in words; undefined where they are equal. */
export function firstDifference(expected: WordCounts, found: WordCounts): string | undefined {
  for (const word of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    if (expected[word] !== found[word]) return `"${word}": ${found[word] ?? 0} instead of ${expected[word] ?? 0}`;
  }
  return undefined;
}
