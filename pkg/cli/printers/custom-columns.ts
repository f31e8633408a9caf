import { evaluateAll } from "../jsonpath/evaluate.ts";
import { parsePath, type Step, splitOutsideQuotes } from "../jsonpath/parse.ts";
import { valueText } from "../jsonpath/template.ts";
import { UsageError } from "../usage-error.ts";

export interface CustomColumn {
  readonly header: string;
  readonly steps: readonly Step[];
}

/** Reads NAME:.path,NAME:.path. */
export function parseColumns(spec: string): readonly CustomColumn[] {
  if (spec.trim() === "") throw new UsageError("custom-columns needs NAME:PATH,...");
  return splitColumns(spec).map((part) => {
    const colon = part.indexOf(":");
    if (colon <= 0) throw new UsageError(`custom-columns: ${JSON.stringify(part)} is not NAME:PATH`);
    return { header: part.slice(0, colon), steps: parsePath(part.slice(colon + 1)) };
  });
}

/** Reads a file of two lines: headers, then paths, parted by blanks. */
export function parseColumnFile(text: string): readonly CustomColumn[] {
  const [headers = "", paths = ""] = text.split("\n");
  const names = headers.trim().split(/\s+/);
  const steps = paths.trim().split(/\s+/);
  if (names.length !== steps.length) throw new UsageError("custom-columns-file needs as many paths as headers");
  return names.map((header, index) => ({ header, steps: parsePath(steps[index] ?? "") }));
}

export function columnCells(
  columns: readonly CustomColumn[],
  objects: readonly unknown[],
  headers: boolean,
): string[][] {
  const body = objects.map((object) => columns.map(({ steps }) => cell(evaluateAll(steps, object))));
  return headers ? [columns.map(({ header }) => header), ...body] : body;
}

function cell(found: readonly unknown[]): string {
  return found.length === 0 ? "<none>" : found.map((value) => (value === null ? "<nil>" : valueText(value))).join(",");
}

/** Commas inside brackets belong to the path. */
function splitColumns(spec: string): string[] {
  const parts: string[] = [];
  for (const part of splitOutsideQuotes(spec, ",")) {
    const last = parts.at(-1);
    if (last !== undefined && count(last, "[") > count(last, "]")) parts[parts.length - 1] = `${last},${part}`;
    else parts.push(part);
  }
  return parts;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
