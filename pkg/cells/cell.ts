import type { KindInfo, KubeObject, PrinterColumn } from "../api/index.ts";

/** An object whose fields beside the envelope are read as they are needed. */
export type ShownObject = KubeObject & Readonly<Record<string, unknown>>;

/** What a column shows of an object. `now`: milliseconds since 1970; ages are counted from it. */
export type Cell = (object: ShownObject, now: number) => string;

/** Stands first where a kind's schema does not place it. */
const nameColumn: PrinterColumn = {
  name: "Name",
  type: "string",
  jsonPath: ".metadata.name",
  // By this clients know which column to prefix with the kind.
  format: "name",
  description: "Name, unique among objects of the kind in the namespace.",
  priority: 0,
};

/** The columns of a kind's tables. */
export function columnsOf({ printerColumns }: KindInfo): readonly PrinterColumn[] {
  const placesName = printerColumns.some(({ format }) => format === nameColumn.format);
  return placesName ? printerColumns : [nameColumn, ...printerColumns];
}

/** A number column over a list or a map counts its members. */
export function countOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  return typeof value === "object" && value !== null ? Object.keys(value).length : null;
}

/** A value in a column of text. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return "";
  return Array.isArray(value) ? value.map(plainText).join(",") : plainText(value);
}

function plainText(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
