import type { KubeObject } from "../../api/index.ts";
import { bodyChunks, lines, objectPath, readBody, statusErrorOf, withQuery } from "../../client/index.ts";
import { sleep } from "../../clock/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { compileTemplate } from "../jsonpath/template.ts";
import { objectName } from "../kind-names.ts";
import type { OutputFormat } from "../output-format.ts";
import { alignColumns } from "../printers/columns.ts";
import { columnCells, parseColumns } from "../printers/custom-columns.ts";
import { jsonText, withoutManagedFields, yamlText } from "../printers/object-text.ts";
import { decodeTable, type ServerTable, tableCells } from "../printers/server-table.ts";
import type { Target } from "../targets.ts";
import { UsageError } from "../usage-error.ts";
import { dig, fields, list, text } from "../wire-fields.ts";
import { lookOf, tableAccept, targetQuery } from "./get-table.ts";

/** Before a watch that ended is opened again. */
const retryMs = 500;

/** Prints a kind's objects and then each change, until interrupted; a server that restarts is waited for. */
export async function watchTargets(
  call: Invocation,
  targets: readonly Target[],
  format: OutputFormat,
): Promise<number> {
  const [target, ...more] = targets;
  if (target === undefined || more.length > 0 || target.names.length > 1) {
    throw new UsageError("-w follows one kind, or one object of it");
  }
  await new TargetWatch(call, target, format).run();
  return 0;
}

class TargetWatch {
  readonly #call: Invocation;
  readonly #target: Target;
  readonly #format: OutputFormat;
  readonly #widths: number[] = [];
  #headers: boolean;
  #columns: ServerTable["columns"] = [];
  #revision = "";

  constructor(call: Invocation, target: Target, format: OutputFormat) {
    this.#call = call;
    this.#target = target;
    this.#format = format;
    this.#headers = !call.args.on("no-headers");
  }

  async run(): Promise<void> {
    await this.#list(!this.#call.args.on("watch-only"));
    while (!this.#call.signal.aborted) {
      try {
        await this.#watch();
      } catch (error) {
        if (this.#call.signal.aborted) return;
        await this.#recover(StatusError.from(error));
      }
      await sleep(this.#call.clock, retryMs, this.#call.signal).catch(() => undefined);
    }
  }

  async #recover(error: StatusError): Promise<void> {
    if (error.reason === "Expired") await this.#list(true);
    else if (!error.retryable || error.reason === "InternalError") throw error;
    else if (this.#call.terminal.showsProgress) this.#call.terminal.progress(`${error.message} (waiting for it)`);
  }

  get #accept(): string {
    return this.#format.kind === "table" ? tableAccept : "application/json";
  }

  async #list(print: boolean): Promise<void> {
    const { path, selection } = await targetQuery(this.#call, this.#target);
    const [name] = this.#target.names;
    const one =
      name === undefined ? undefined : objectPath(this.#target.kind, { namespace: await this.#namespace(), name });
    const response = await this.#get(one ?? withQuery(path, { ...selection, limit: 0 }));
    const body = await readBody(response.body);
    const value: unknown = JSON.parse(body);
    this.#revision = resourceVersionOf(value);
    if (this.#format.kind === "table") this.#columns = decodeTable(value, 0).columns;
    if (!print) return;
    if (this.#format.kind === "table") this.#printTable(value, "ADDED");
    else for (const item of itemsOf(value, one !== undefined)) await this.#printObject(item, "ADDED");
  }

  async #namespace(): Promise<string> {
    return this.#target.kind.namespaced ? this.#call.session.namespace() : "";
  }

  async #watch(): Promise<void> {
    const { path, selection } = await targetQuery(this.#call, this.#target);
    const [name] = this.#target.names;
    const response = await this.#get(
      withQuery(path, {
        ...selection,
        ...(name !== undefined && { fieldSelector: `metadata.name=${name}` }),
        resourceVersion: this.#revision,
        watch: true,
        allowWatchBookmarks: true,
      }),
    );
    this.#call.terminal.progress("");
    for await (const line of lines(bodyChunks(response.body))) await this.#event(JSON.parse(line));
  }

  async #get(path: string) {
    const { transport } = await this.#call.session.client();
    const request = { method: "GET", path, headers: { accept: this.#accept }, signal: this.#call.signal };
    const response = await transport.request(request);
    if (response.status >= 300) throw statusErrorOf(response.status, await readBody(response.body));
    return response;
  }

  async #event(event: unknown): Promise<void> {
    const { type, object } = fields(event);
    if (type === "ERROR") throw StatusError.fromBody(Number(fields(object)["code"] ?? 500), object);
    this.#revision = resourceVersionOf(object) || this.#revision;
    if (type === "BOOKMARK") return;
    if (this.#format.kind === "table") this.#printTable(object, String(type));
    else await this.#printObject(object, String(type));
  }

  #printTable(value: unknown, type: string): void {
    const decoded = decodeTable(value, this.#call.clock.now());
    if (decoded.columns.length > 0) this.#columns = decoded.columns;
    if (decoded.rows.length === 0) return;
    const wide = this.#format.kind === "table" && this.#format.wide;
    const look = { ...lookOf(this.#call, this.#target, wide, false), headers: this.#headers };
    const rows = tableCells({ ...decoded, columns: this.#columns }, look);
    const tagged = this.#call.args.on("output-watch-events")
      ? rows.map((row, index) => [(index === 0 && this.#headers ? "EVENT" : type).padEnd("MODIFIED".length), ...row])
      : rows;
    this.#headers = false;
    this.#call.terminal.print(alignColumns(tagged, this.#widths));
  }

  async #printObject(object: unknown, type: string): Promise<void> {
    const value = isObject(object) ? withoutManagedFields(object) : object;
    const shown = this.#call.args.on("output-watch-events") ? { type, object: value } : value;
    const { terminal } = this.#call;
    const format = this.#format;
    if (format.kind === "json") terminal.print(jsonText(shown));
    else if (format.kind === "yaml") terminal.print(`---\n${await yamlText(shown)}`);
    else if (format.kind === "jsonpath") terminal.print(compileTemplate(format.template)(shown));
    else if (format.kind === "columns") {
      terminal.print(alignColumns(columnCells(parseColumns(format.spec), [value], this.#headers), this.#widths));
      this.#headers = false;
    } else if (isObject(object)) terminal.out(objectName(this.#target.kind, object.metadata.name ?? ""));
  }
}

function isObject(value: unknown): value is KubeObject {
  return typeof value === "object" && value !== null && "metadata" in value && "kind" in value;
}

function itemsOf(value: unknown, single: boolean): readonly unknown[] {
  const { items } = fields(value);
  return single || !Array.isArray(items) ? [value] : items;
}

function resourceVersionOf(value: unknown): string {
  const own = text(dig(value, "metadata", "resourceVersion"));
  // A Table of a watch carries the revision in its only row.
  return own !== "" ? own : text(dig(list(fields(value)["rows"])[0], "object", "metadata", "resourceVersion"));
}
