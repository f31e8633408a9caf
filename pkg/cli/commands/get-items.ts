import { kinds } from "../../api/index.ts";
import type { Invocation } from "../command.ts";
import { itemsOf } from "../items.ts";
import { alignColumns } from "../printers/columns.ts";
import { oneTarget } from "../targets.ts";
import { UsageError } from "../usage-error.ts";
import { type Fields, list, text } from "../wire-fields.ts";

const headers = ["ITEM", "STATE", "ATTEMPTS", "FAILED", "MEMBER", "TEXT"];
const wideHeaders = [...headers.slice(0, -1), "MACHINE", "SECONDS", "EXIT", "OUTPUT", "TEXT"];
/** Lines are printed as pages come; more are not held back for the sake of widths. */
const rowsTogether = 500;
const longestText = 60;

/** `plush get items phase/NAME`: the items of a phase of work. */
export async function getItems(call: Invocation, words: readonly string[]): Promise<number> {
  const output = call.args.text("output") ?? "";
  if (!["", "wide", "json"].includes(output))
    throw new UsageError("--output: items are shown as a table, wide, or json");
  if (words.length === 0) throw new UsageError("whose? plush get items phase/NAME");
  const { kind, namespace, name } = await oneTarget(call, words);
  if (kind.kind !== kinds.Phase.kind) throw new UsageError(`${kind.singular} has no items: name a phase`);
  const items = itemsOf(call, { namespace, name }, call.args.on("failed") ? "Failed" : undefined);
  if (output === "json") {
    for await (const item of items) call.terminal.out(JSON.stringify(item));
    return 0;
  }
  const printed = await printTable(call, items, output === "wide");
  if (printed === 0) call.terminal.note(call.args.on("failed") ? "No items have failed" : "No items found");
  return 0;
}

async function printTable(call: Invocation, items: AsyncIterable<Fields>, wide: boolean): Promise<number> {
  const widths: number[] = [];
  let rows: string[][] = call.args.on("no-headers") ? [] : [wide ? wideHeaders : headers];
  let printed = 0;
  for await (const item of items) {
    rows.push(wide ? wideRow(item) : row(item));
    printed++;
    if (rows.length < rowsTogether) continue;
    call.terminal.print(alignColumns(rows, widths));
    rows = [];
  }
  if (printed > 0) call.terminal.print(alignColumns(rows, widths));
  return printed;
}

function row(item: Fields): string[] {
  const members = list(item["members"]).map(text);
  const member = members.length > 0 ? members.join(",") : text(item["ordinal"]);
  return [
    text(item["index"]),
    text(item["state"]),
    text(item["attempts"]),
    text(item["failures"]),
    member,
    shortText(item["text"]),
  ];
}

function wideRow(item: Fields): string[] {
  const cells = row(item);
  const milliseconds = item["durationMs"];
  const seconds = typeof milliseconds === "number" ? (milliseconds / 1000).toFixed(2) : "";
  const last = text(item["output"]).trimEnd().split("\n").at(-1) ?? "";
  const more = [text(item["resourceName"]), seconds, text(item["exitCode"] ?? item["reason"]), shortText(last)];
  return [...cells.slice(0, -1), ...more, ...cells.slice(-1)];
}

function shortText(value: unknown): string {
  const line = JSON.stringify(text(value)).slice(1, -1);
  return line.length > longestText ? `${line.slice(0, longestText - 1)}…` : line;
}
