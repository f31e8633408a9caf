import { readFileSync } from "node:fs";
import { type KindInfo, type KubeObject, keyOf } from "../../api/index.ts";
import { listAll, objectPath } from "../../client/index.ts";
import { isReason, StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { getJson } from "../discovery.ts";
import { evaluateAll } from "../jsonpath/evaluate.ts";
import { parsePath } from "../jsonpath/parse.ts";
import { compileTemplate } from "../jsonpath/template.ts";
import { objectName } from "../kind-names.ts";
import type { OutputFormat } from "../output-format.ts";
import { alignColumns } from "../printers/columns.ts";
import { type CustomColumn, columnCells, parseColumnFile, parseColumns } from "../printers/custom-columns.ts";
import { asList, jsonText, withoutManagedFields, yamlText } from "../printers/object-text.ts";
import { compareKeys } from "../printers/server-table.ts";
import { errorLines } from "../report-error.ts";
import type { Target } from "../targets.ts";
import { noteNothing } from "./get-table.ts";

export interface FoundObject {
  readonly kind: KindInfo;
  readonly object: KubeObject;
}

/** Prints whole objects in any format but the server's table. */
export async function getObjects(call: Invocation, targets: readonly Target[], format: OutputFormat): Promise<number> {
  const { found, errors } = await fetchObjects(call, targets);
  const single = targets.length === 1 && targets[0]?.names.length === 1;
  if (found.length > 0 || (!single && errors.length === 0))
    await printObjects(call, sorted(call, found), format, single);
  for (const line of errors.flatMap(errorLines)) call.terminal.error(line);
  if (found.length === 0 && errors.length === 0 && (format.kind === "name" || format.kind === "columns")) {
    await noteNothing(call, targets);
  }
  return errors.length === 0 ? 0 : 1;
}

/** The objects that there are, and an error for each that could not be had. */
export async function fetchObjects(
  call: Invocation,
  targets: readonly Target[],
): Promise<{ readonly found: FoundObject[]; readonly errors: StatusError[] }> {
  const found: FoundObject[] = [];
  const errors: StatusError[] = [];
  for (const target of targets) {
    for (const fetch of fetches(call, target)) {
      try {
        found.push(...(await fetch()).map((object) => ({ kind: target.kind, object })));
      } catch (error) {
        keepError(call, errors, error);
      }
    }
  }
  return { found, errors };
}

/** What exists is shown even where something else does not; without a server there is nothing to show. */
export function keepError(call: Invocation, errors: StatusError[], error: unknown): void {
  if (!(error instanceof StatusError) || error.reason === "Unreachable") throw error;
  if (!(isReason(error, "NotFound") && call.args.on("ignore-not-found"))) errors.push(error);
}

function fetches(call: Invocation, { kind, names }: Target): (() => Promise<readonly KubeObject[]>)[] {
  if (names.length === 0) return [() => fetchList(call, kind)];
  const subresource = call.args.has("subresource") ? call.args.text("subresource") : undefined;
  return names.map((name) => async () => {
    const client = await call.session.client();
    const key = { namespace: kind.namespaced ? await call.session.namespace() : "", name };
    if (subresource === undefined) return [await client.get(kind, key)];
    // A Scale is no object of the kind; it is printed as it comes.
    return [(await getJson(client.transport, objectPath(kind, key, subresource))) as KubeObject];
  });
}

async function fetchList(call: Invocation, kind: KindInfo): Promise<readonly KubeObject[]> {
  const labelSelector = call.args.text("selector");
  const fieldSelector = call.args.has("field-selector") ? call.args.text("field-selector") : undefined;
  const everywhere = call.args.on("all-namespaces") || !kind.namespaced;
  const { items } = await listAll(await call.session.client(), kind, {
    ...(!everywhere && { namespace: await call.session.namespace() }),
    ...(labelSelector !== undefined && { labelSelector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  });
  return items;
}

function sorted(call: Invocation, found: readonly FoundObject[]): readonly FoundObject[] {
  const path = call.args.has("sort-by") ? call.args.text("sort-by") : undefined;
  if (path === undefined) return found;
  const steps = parsePath(path);
  return found
    .map((item) => ({ item, key: evaluateAll(steps, item.object)[0] }))
    .sort((left, right) => compareKeys(left.key, right.key))
    .map(({ item }) => item);
}

/** Prints objects; `single`: as themselves and not as a List. */
export async function printObjects(
  call: Invocation,
  found: readonly FoundObject[],
  format: OutputFormat,
  single: boolean,
): Promise<void> {
  const keep = call.args.has("show-managed-fields") && call.args.on("show-managed-fields");
  const objects = found.map(({ object }) =>
    keep || object.metadata === undefined ? object : withoutManagedFields(object),
  );
  const whole = single ? objects[0] : asList(objects);
  switch (format.kind) {
    case "json":
      return call.terminal.print(jsonText(whole));
    case "yaml":
      return call.terminal.print(await yamlText(whole));
    case "name":
      return found.forEach(({ kind, object }) => {
        call.terminal.out(objectName(kind, keyOf(object).name));
      });
    case "jsonpath":
      return call.terminal.print(compileTemplate(format.template)(whole));
    case "columns":
      return call.terminal.print(alignColumns(columnCells(columnsOf(format), objects, !call.args.on("no-headers"))));
    case "table":
      // Only a subresource comes here: it has no table.
      return call.terminal.print(await yamlText(whole));
  }
}

export function columnsOf(format: { readonly spec: string; readonly fromFile: boolean }): readonly CustomColumn[] {
  return format.fromFile ? parseColumnFile(readFileSync(format.spec, "utf8")) : parseColumns(format.spec);
}
