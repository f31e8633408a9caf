import { hunksOf, type LineEdit, lineEdits } from "../../merge/index.ts";

/** A unified diff of two texts, as diff -u prints it; "" where they are equal. */
export function unifiedDiff(before: string, after: string, beforeName: string, afterName: string): string {
  const edits = lineEdits(splitLines(before), splitLines(after));
  const hunks = hunksOf(edits);
  if (hunks.length === 0) return "";
  return `--- ${beforeName}\n+++ ${afterName}\n${hunks.map(hunkText).join("")}`;
}

function splitLines(text: string): readonly string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

function hunkText(hunk: readonly LineEdit[]): string {
  const [first] = hunk;
  const beforeCount = hunk.filter(({ mark }) => mark !== "+").length;
  const afterCount = hunk.filter(({ mark }) => mark !== "-").length;
  const header = `@@ -${range(first?.before ?? 0, beforeCount)} +${range(first?.after ?? 0, afterCount)} @@`;
  return `${header}\n${hunk.map(({ mark, text }) => `${mark}${text}\n`).join("")}`;
}

/** An empty side names the line before it. */
function range(start: number, count: number): string {
  const line = count === 0 ? start : start + 1;
  return count === 1 ? String(line) : `${line},${count}`;
}
