import { collectionPath, objectPath, readBody, statusErrorOf, withQuery } from "../../client/index.ts";
import { isReason, StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { objectName } from "../kind-names.ts";
import { alignColumns } from "../printers/columns.ts";
import {
  decodeTable,
  type ServerTable,
  sortRows,
  type TableLook,
  type TableRow,
  tableCells,
} from "../printers/server-table.ts";
import { errorLines } from "../report-error.ts";
import type { Target } from "../targets.ts";

export const tableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/** Prints the server's tables, one a kind. */
export async function getTables(call: Invocation, targets: readonly Target[], wide: boolean): Promise<number> {
  const tables: { readonly target: Target; readonly table: ServerTable }[] = [];
  const errors: StatusError[] = [];
  for (const target of targets) {
    const table = await fetchTarget(call, target, errors);
    if (table.rows.length > 0) tables.push({ target, table });
  }
  tables.forEach(({ target, table }, index) => {
    if (index > 0) call.terminal.out("");
    call.terminal.print(alignColumns(tableCells(table, lookOf(call, target, wide, targets.length > 1))));
  });
  for (const line of errors.flatMap(errorLines)) call.terminal.error(line);
  if (tables.length === 0 && errors.length === 0) await noteNothing(call, targets);
  return errors.length === 0 ? 0 : 1;
}

export function lookOf(call: Invocation, { kind }: Target, wide: boolean, several: boolean): TableLook {
  return {
    wide,
    headers: !call.args.on("no-headers"),
    namespaces: call.args.on("all-namespaces") && kind.namespaced,
    namePrefix: several || call.args.on("show-kind") ? objectName(kind, "") : "",
    showLabels: call.args.on("show-labels"),
    labelColumns: call.args.texts("label-columns").flatMap((text) => text.split(",")),
  };
}

/** "No resources found …" as kubectl says it. */
export async function noteNothing(call: Invocation, targets: readonly Target[]): Promise<void> {
  if (targets.some(({ names }) => names.length > 0)) return;
  const everywhere = call.args.on("all-namespaces") || !targets.some(({ kind }) => kind.namespaced);
  call.terminal.note(
    everywhere ? "No resources found" : `No resources found in ${await call.session.namespace()} namespace.`,
  );
}

/** What a list or watch of the target asks for. */
export async function targetQuery(call: Invocation, { kind }: Target): Promise<{ path: string; selection: Selection }> {
  const namespace = call.args.on("all-namespaces") ? "" : await call.session.namespace();
  return {
    path: collectionPath(kind, namespace),
    selection: {
      labelSelector: call.args.text("selector"),
      fieldSelector: call.args.text("field-selector"),
      ...(call.args.has("sort-by") && { includeObject: "Object" }),
    },
  };
}

type Selection = Readonly<Record<string, string | undefined>>;

async function fetchTarget(call: Invocation, target: Target, errors: StatusError[]): Promise<ServerTable> {
  const table =
    target.names.length > 0 ? await fetchNamed(call, target, errors) : await fetchList(call, target, errors);
  const sortBy = call.args.text("sort-by");
  return sortBy === undefined ? table : { ...table, rows: sortRows(table.rows, sortBy) };
}

async function fetchNamed(call: Invocation, { kind, names }: Target, errors: StatusError[]): Promise<ServerTable> {
  const namespace = await call.session.namespace();
  const query = call.args.has("sort-by") ? { includeObject: "Object" } : {};
  let joined = noTable;
  for (const name of names) {
    const table = await guarded(call, errors, () =>
      fetchTable(call, withQuery(objectPath(kind, { namespace, name }), query)),
    );
    if (table !== undefined) joined = { ...table, rows: [...joined.rows, ...table.rows] };
  }
  return joined;
}

const noTable: ServerTable = { columns: [], rows: [], resourceVersion: "" };

/**
 * Objects in one page of a list. Each page waits until the server has a turn for it, and is a turn in which it does nothing
 * else: the first comes soon, and thousands do not take dozens of turns.
 */
const pageSizes = { first: 500, largest: 4000 };

async function fetchList(call: Invocation, target: Target, errors: StatusError[]): Promise<ServerTable> {
  const { path, selection } = await targetQuery(call, target);
  const wanted = call.args.number("chunk-size");
  let limit = wanted ?? pageSizes.first;
  const rows: TableRow[] = [];
  let joined = noTable;
  for (let next: string | undefined, first = true; first || next !== undefined; first = false) {
    const query = { ...withoutObjects(call), ...selection, ...(limit > 0 && { limit }), continue: next };
    const page = await guarded(call, errors, () => fetchTable(call, withQuery(path, query)));
    if (page === undefined) break;
    for (const row of page.rows) rows.push(row);
    // Later pages may leave out the columns.
    joined = { ...page, columns: page.columns.length > 0 ? page.columns : joined.columns };
    next = page.continue;
    if (wanted === undefined) limit = Math.min(2 * limit, pageSizes.largest);
  }
  return { ...joined, rows };
}

/** Most of a row is the metadata that goes with it, of which most looks show nothing. */
function withoutObjects({ args }: Invocation): Selection {
  const shows = args.on("all-namespaces") || args.on("show-labels") || args.texts("label-columns").length > 0;
  return shows ? {} : { includeObject: "None" };
}

async function fetchTable(call: Invocation, path: string): Promise<ServerTable> {
  const { transport } = await call.session.client();
  const response = await transport.request({ method: "GET", path, headers: { accept: tableAccept } });
  const body = await readBody(response.body);
  if (response.status >= 300) throw statusErrorOf(response.status, body);
  return decodeTable(JSON.parse(body), call.clock.now());
}

/** What exists is printed even where something else does not: errors of the server are kept for the end. */
async function guarded<T>(call: Invocation, errors: StatusError[], action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason === "Unreachable") throw error;
    if (!(isReason(error, "NotFound") && call.args.on("ignore-not-found"))) errors.push(error);
    return undefined;
  }
}
