import { evaluateAll } from "../jsonpath/evaluate.ts";
import { parsePath } from "../jsonpath/parse.ts";
import { type Fields, fields, list, text } from "../wire-fields.ts";
import { ageText } from "./age.ts";

/** A Table of the server (meta/v1), as far as it is printed. */
export interface ServerTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  readonly resourceVersion: string;
  readonly continue?: string;
}

export interface TableColumn {
  readonly name: string;
  readonly priority: number;
  readonly isName: boolean;
}

export interface TableRow {
  readonly cells: readonly unknown[];
  readonly object: Readonly<Record<string, unknown>>;
}

export interface TableLook {
  readonly wide: boolean;
  readonly headers: boolean;
  /** A NAMESPACE column comes first. */
  readonly namespaces: boolean;
  /** Put before each name, where several kinds are printed. */
  readonly namePrefix: string;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
}

/** The rows of a table as texts, header first where the look has one. */
export function tableCells(table: ServerTable, look: TableLook): string[][] {
  const shown = table.columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => look.wide || column.priority === 0);
  const body = table.rows.map(({ cells, object }) => [
    ...(look.namespaces ? [text(metadataOf(object)["namespace"])] : []),
    ...shown.map(({ column, index }) => `${column.isName ? look.namePrefix : ""}${text(cells[index])}`),
    ...look.labelColumns.map((name) => labelsOf(object)[name] ?? ""),
    ...(look.showLabels ? [labelText(labelsOf(object))] : []),
  ]);
  return look.headers
    ? [
        headerOf(
          shown.map(({ column }) => column.name),
          look,
        ),
        ...body,
      ]
    : body;
}

function headerOf(names: readonly string[], look: TableLook): string[] {
  return [
    ...(look.namespaces ? ["NAMESPACE"] : []),
    ...names.map((name) => name.toUpperCase()),
    ...look.labelColumns.map((name) => (name.split("/").at(-1) ?? name).toUpperCase()),
    ...(look.showLabels ? ["LABELS"] : []),
  ];
}

/** Rows in the order of what a JSONPath finds in their objects; numbers by size, everything else by text. */
export function sortRows(rows: readonly TableRow[], path: string): TableRow[] {
  const steps = parsePath(path);
  return rows
    .map((row) => ({ row, key: evaluateAll(steps, row.object)[0] }))
    .sort((left, right) => compareKeys(left.key, right.key))
    .map(({ row }) => row);
}

export function compareKeys(left: unknown, right: unknown): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  const [first, second] = [text(left), text(right)];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Reads what the server sent. A server that knows no tables sends a list or an object: then NAME and AGE are all. */
export function decodeTable(body: unknown, now: number): ServerTable {
  const { kind, columnDefinitions, rows, items, metadata } = fields(body);
  const next = fields(metadata)["continue"];
  const common = {
    resourceVersion: text(fields(metadata)["resourceVersion"]),
    ...(typeof next === "string" && next !== "" && { continue: next }),
  };
  if (kind !== "Table")
    return { ...common, columns: plainColumns, rows: plainRows(Array.isArray(items) ? items : [body], now) };
  return {
    ...common,
    columns: list(columnDefinitions)
      .map(fields)
      .map((column) => ({
        name: text(column["name"]),
        priority: Number(column["priority"] ?? 0),
        isName: column["format"] === "name",
      })),
    rows: list(rows)
      .map(fields)
      .map((row) => ({
        cells: Array.isArray(row["cells"]) ? row["cells"] : [],
        object: fields(row["object"]),
      })),
  };
}

const plainColumns: readonly TableColumn[] = [
  { name: "Name", priority: 0, isName: true },
  { name: "Age", priority: 0, isName: false },
];

function plainRows(items: readonly unknown[], now: number): TableRow[] {
  return items.map((item) => {
    const metadata = metadataOf(fields(item));
    return { cells: [metadata["name"], ageText(metadata["creationTimestamp"], now)], object: fields(item) };
  });
}

function metadataOf(object: Fields): Fields {
  return fields(object["metadata"]);
}

function labelsOf(object: Fields): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields(metadataOf(object)["labels"])).map(([name, value]) => [name, text(value)]),
  );
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1));
  return pairs.length === 0 ? "<none>" : pairs.map(([name, value]) => `${name}=${value}`).join(",");
}
