import { type KindInfo, type KubeObject, type PrinterColumn, readPath } from "../../api/index.ts";
import { cellText, columnsOf, computedCell, countedFields, countOf, type ShownObject } from "../../cells/index.ts";

/** What a cell shows: a text, or how long ago something was. */
export interface CellValue {
  readonly text: string;
  readonly since?: string;
  /** What the column is sorted by. */
  readonly rank: string | number;
}

export interface ShownColumn {
  readonly name: string;
  readonly isMinor: boolean;
  readonly description: string;
  readonly read: (object: KubeObject) => CellValue;
}

/** Columns that say what the first ones of the page say already. */
const leftOut = new Set(["Name", "Age"]);

/** What a kind's tables show besides names and ages; now and then a column counts ages from `now`. */
export function shownColumns(kind: KindInfo, now: () => number): readonly ShownColumn[] {
  return columnsOf(kind)
    .filter(({ name }) => !leftOut.has(name))
    .map((column) => ({
      name: column.name,
      isMinor: column.priority > 0,
      description: column.description,
      read: reader(kind, column, now),
    }));
}

function reader(kind: KindInfo, column: PrinterColumn, now: () => number): ShownColumn["read"] {
  const counted = countedFields(kind.kind, column.name);
  if (counted !== undefined)
    return (object) => number(counted.reduce((sum, field) => sum + (countOf(readPath(object, field)) ?? 0), 0));
  const computed = computedCell(kind.kind, column.name);
  // Its fields are read as they are needed, and what is not there reads as undefined.
  if (computed !== undefined) return (object) => plain(computed(object as ShownObject, now()));
  return (object) => {
    const value = readPath(object, column.jsonPath);
    if (column.type === "date") return dated(value);
    if (column.type === "integer" || column.type === "number") return number(countOf(value));
    return plain(cellText(value));
  };
}

function plain(text: string): CellValue {
  return { text, rank: text.toLowerCase() };
}

function number(value: number | null): CellValue {
  return value === null ? { text: "", rank: Number.NEGATIVE_INFINITY } : { text: String(value), rank: value };
}

function dated(value: unknown): CellValue {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? { text: "", rank: Number.NEGATIVE_INFINITY } : { text: "", since: String(value), rank: at };
}
