import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { eachLimited } from "../../client/index.ts";
import { StatusError } from "../../status/index.ts";
import { answerNames, isPrinted } from "../answer-names.ts";
import type { Invocation } from "../command.ts";
import { itemsOf, readItemResult } from "../items.ts";
import { type Fields, fields, list, text } from "../wire-fields.ts";

/** So many are read at the same time. */
const concurrency = 16;

interface ItemAnswer {
  readonly item: Fields;
  /** Its log, or its streams, by name. */
  readonly printed: ReadonlyMap<string, string>;
}

/** Results of a phase of work: what its items printed and left, in the order of items. */
export async function itemResults(
  call: Invocation,
  phase: { readonly namespace: string; readonly name: string },
): Promise<number> {
  const directory = call.args.text("dir");
  let batch: Fields[] = [];
  let lacking = 0;
  let all = 0;
  const flush = async (): Promise<void> => {
    const answers = await eachLimited(batch, concurrency, async (item): Promise<ItemAnswer> => {
      if (directory !== undefined) await writeResults(call, phase, item, directory);
      return { item, printed: directory === undefined ? await readPrinted(call, phase, item) : new Map() };
    });
    for (const answer of answers) print(call, answer, directory);
    lacking += batch.filter((item) => item["state"] !== "Done" || item["missing"] !== undefined).length;
    batch = [];
  };
  for await (const item of itemsOf(call, phase)) {
    all++;
    batch.push(item);
    if (batch.length >= 500) await flush();
  }
  await flush();
  if (lacking > 0) call.terminal.error(`incomplete: ${lacking} of ${all} items`);
  return lacking > 0 ? 1 : 0;
}

function print(call: Invocation, { item, printed }: ItemAnswer, directory: string | undefined): void {
  if (call.args.has("output")) {
    call.terminal.out(JSON.stringify({ ...item, log: "", ...Object.fromEntries(printed) }));
    return;
  }
  if (directory !== undefined) return;
  const trouble = item["state"] === "Done" ? item["missing"] : (item["output"] ?? item["state"]);
  const shown = [...printed.values()].map((one) => one.trimEnd()).filter((one) => one !== "");
  const lines = (shown.length === 0 ? text(trouble) : shown.join("\n")).trimEnd().split("\n");
  for (const line of lines) call.terminal.out(`${text(item["index"])}: ${line}`);
}

function namesOf(item: Fields): readonly string[] {
  return list(item["results"]).map((result) => text(fields(result)["name"]));
}

/** What is shown; as JSON, all of it. */
async function readPrinted(
  call: Invocation,
  phase: Parameters<typeof readItemResult>[1],
  item: Fields,
): Promise<ReadonlyMap<string, string>> {
  const index = Number(item["index"]);
  const names = namesOf(item);
  const printed = new Map<string, string>();
  for (const result of call.args.has("output") ? names.filter(isPrinted) : answerNames(names))
    printed.set(result, (await readItemResult(call, phase, { index, result })).toString());
  return printed;
}

async function writeResults(
  call: Invocation,
  phase: Parameters<typeof readItemResult>[1],
  item: Fields,
  directory: string,
): Promise<void> {
  const index = Number(item["index"]);
  for (const result of namesOf(item)) {
    // Names come from machines.
    if (result.split("/").some((part) => part === ".." || part === ""))
      throw new StatusError("BadRequest", `item ${index} left a file with the name ${JSON.stringify(result)}`);
    const path = join(directory, `item-${index}`, result);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, await readItemResult(call, phase, { index, result }));
  }
}
