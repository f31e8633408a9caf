import { kinds, type Phase, type WorkTemplate } from "../../api/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Items } from "./chunk-plan.ts";
import type { WorkPorts } from "./ports.ts";

const maxItems = 100_000;
const maxItemBytes = 32 * 1024;

/** The items of a phase, as its sources are now. What is wrong with a source is told in place of items. */
export async function makeItems(phase: Phase, ports: Pick<WorkPorts, "cache" | "items">): Promise<Items> {
  const { work, phase: name } = phase.spec;
  if (work === undefined) return { fault: `phase ${name} has no work` };
  if (work.count !== undefined) return { count: work.count };
  try {
    return checked(await textsOf(work, phase, ports), work);
  } catch (error) {
    const { reason, message } = StatusError.from(error);
    if (reason === "NotFound" || reason === "BadRequest") return { fault: message };
    throw error;
  }
}

async function textsOf(
  { items, lines, files }: WorkTemplate,
  { metadata }: Phase,
  ports: Pick<WorkPorts, "cache" | "items">,
): Promise<readonly string[]> {
  if (items !== undefined) return items;
  if (files?.blob !== undefined) return ports.items.files(files.blob, files.glob);
  if (lines?.blob !== undefined) return ports.items.lines(lines.blob);
  const { name = "", key = "" } = lines?.configMapKeyRef ?? {};
  const text = ports.cache(kinds.ConfigMap).get({ namespace: metadata.namespace ?? "", name })?.data?.[key] ?? "";
  return text.split(/\r?\n/).filter((line) => line !== "");
}

function checked(texts: readonly string[], { files }: WorkTemplate): Items {
  if (texts.length === 0)
    return { fault: files === undefined ? "there are no items" : `no file of the archive matches ${files.glob}` };
  if (texts.length > maxItems) return { fault: `${texts.length} items are more than ${maxItems}` };
  const long = texts.findIndex((text) => text.length > maxItemBytes || text.includes("\0"));
  return long < 0 ? { texts } : { fault: `item ${long} is longer than ${maxItemBytes} bytes, or has a zero byte` };
}
