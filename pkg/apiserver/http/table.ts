import { type KindInfo, type PrinterColumn, plainPath, readPath } from "../../api/index.ts";
import { age, cellText, columnsOf, computedCell, countedFields, countOf } from "../../cells/index.ts";
import type { ApiObject } from "../backend.ts";
import { type ObjectState, stateOf } from "../object-state.ts";

/** How much of each object goes with its row. */
export type IncludeObject = "Metadata" | "Object" | "None";

/** meta.k8s.io/v1 Table: objects as rows for printing, with columns as the kind's schema names them. Pure. */
export interface Table {
  readonly kind: "Table";
  readonly apiVersion: "meta.k8s.io/v1";
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly columnDefinitions: readonly object[];
  readonly rows: readonly TableRow[];
}

interface TableRow {
  readonly cells: readonly unknown[];
  readonly object?: unknown;
}

export interface TableOptions {
  readonly kind: KindInfo;
  readonly objects: readonly ApiObject[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly includeObject: IncludeObject;
  /** Milliseconds since 1970; ages are counted from it. */
  readonly now: number;
}

export function makeTable(options: TableOptions): Table {
  const cellsOf = makeRowCells(options.kind, options.now);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: options.metadata,
    columnDefinitions: columnsOf(options.kind).map(definitionOf),
    rows: options.objects.map((object) => ({
      cells: cellsOf(stateOf(object)),
      ...(options.includeObject !== "None" && {
        object: options.includeObject === "Object" ? object : partialObject(object),
      }),
    })),
  };
}

/** Makes the cells of objects of a kind. */
export function makeRowCells(kind: KindInfo, now: number): (state: ObjectState) => readonly unknown[] {
  const makers = columnsOf(kind).map((column) => cellMaker(kind, column, now));
  return (state) => makers.map((make) => make(state));
}

type CellMaker = (state: ObjectState) => unknown;

function cellMaker(kind: KindInfo, column: PrinterColumn, now: number): CellMaker {
  const counted = countedFields(kind.kind, column.name);
  if (counted !== undefined) return (state) => String(counted.reduce((sum, field) => sum + state.count(field), 0));
  const computed = computedCell(kind.kind, column.name);
  if (computed !== undefined) return (state) => computed(state.glance, now);
  const path = plainPath(column.jsonPath);
  return path === undefined
    ? (state) => cell(readPath(state.glance, column.jsonPath), column, now)
    : (state) => cell(state.at(path), column, now);
}

/** An object of which only the metadata is shown. */
function partialObject(object: ApiObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

function definitionOf(column: PrinterColumn): object {
  // Dates are shown as ages, which are text by then.
  const type = column.type === "date" ? "string" : column.type;
  return {
    name: column.name,
    type,
    format: column.format ?? "",
    description: column.description,
    priority: column.priority,
  };
}

function cell(value: unknown, column: PrinterColumn, now: number): unknown {
  if (value === undefined || value === null) return column.type === "string" ? "" : null;
  if (column.type === "date") return age(String(value), now);
  if (column.type === "integer" || column.type === "number") return countOf(value);
  if (typeof value === "boolean" && column.type === "boolean") return value;
  return cellText(value);
}
