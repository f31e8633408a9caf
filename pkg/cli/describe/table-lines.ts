import { alignColumns } from "../printers/columns.ts";

/** A small table inside a description; none where it has no rows. */
export function tableLines(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const rule = header.map((title) => "-".repeat(title.length));
  return alignColumns([header, rule, ...rows])
    .trimEnd()
    .split("\n");
}

/** One line, cut where it would be long beyond reading. */
export function oneLine(text: string, limit = 300): string {
  const line = text.trim().replaceAll(/\s*\n\s*/g, " ⏎ ");
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}
