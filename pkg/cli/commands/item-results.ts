import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { resultNames } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { eachLimited } from "../each-limited.ts";
import { itemsOf, readItemResult } from "../items.ts";
import { type Fields, fields, list, text } from "../wire-fields.ts";

/** So many are read at the same time. */
const concurrency = 16;

interface ItemAnswer {
  readonly item: Fields;
  readonly log: string;
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
      return { item, log: directory === undefined ? await readLog(call, phase, item) : "" };
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

function print(call: Invocation, { item, log }: ItemAnswer, directory: string | undefined): void {
  if (call.args.has("output")) {
    call.terminal.out(JSON.stringify({ ...item, log }));
    return;
  }
  if (directory !== undefined) return;
  const trouble = item["state"] === "Done" ? item["missing"] : (item["output"] ?? item["state"]);
  const lines = (log === "" ? text(trouble) : log).trimEnd().split("\n");
  for (const line of lines) call.terminal.out(`${text(item["index"])}: ${line}`);
}

function namesOf(item: Fields): readonly string[] {
  return list(item["results"]).map((result) => text(fields(result)["name"]));
}

async function readLog(call: Invocation, phase: Parameters<typeof readItemResult>[1], item: Fields): Promise<string> {
  if (!namesOf(item).includes(resultNames.log)) return "";
  return (await readItemResult(call, phase, { index: Number(item["index"]), result: resultNames.log })).toString();
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
