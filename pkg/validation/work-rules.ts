import { forbidden, invalidValue, type PhaseTemplate, required, type WorkTemplate } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { command, exactlyOne, insidePath, percentRules, positiveDuration } from "./checks.ts";
import { envRules } from "./environment-rules.ts";
import { outputsRules } from "./run-rules.ts";

/** Together with what else an object holds they have to go into one request. */
const maxItems = 10_000;
/** The kernel takes no variable of more than 128 KiB, its name included. */
const maxItemBytes = 32 * 1024;

/** A phase has processes or work, and only one of them. */
export function processesOrWork(field: string, { processes, work }: Pick<PhaseTemplate, "processes" | "work">) {
  if (work !== undefined && processes.length > 0)
    return [forbidden(`${field}.work`, "may not be set beside processes")];
  return work === undefined && processes.length === 0 ? [required(`${field}.processes`, "one of processes, work")] : [];
}

export function workRules(field: string, work: WorkTemplate): StatusCause[] {
  const { items, count, lines, files, outputs } = work;
  return [
    ...command(`${field}.command`, work.command),
    ...envRules(`${field}.env`, work.env),
    ...exactlyOne(field, { items, count, lines, files }),
    ...itemRules(`${field}.items`, items ?? []),
    ...(lines === undefined ? [] : lineRules(`${field}.lines`, lines)),
    ...(files === undefined ? [] : fileRules(`${field}.files`, files)),
    ...positiveDuration(`${field}.timeout`, work.timeout),
    ...percentRules(`${field}.maxFailed`, work.maxFailed),
    ...outputsRules(`${field}.outputs`, outputs),
  ];
}

/** Items decide when a phase of work is released: what counts members has no meaning. */
export function workReleaseRules(field: string, release: PhaseTemplate["barrier"]["release"]): StatusCause[] {
  const { count, percent, knee, timeout, minimum, throttle } = release;
  const set = Object.entries({ count, percent, knee, timeout, minimum, throttle });
  return set
    .filter(([, value]) => value !== undefined)
    .map(([name]) => forbidden(`${field}.${name}`, "a phase of work is released by its items: see work.maxFailed"));
}

function itemRules(field: string, items: readonly string[]): StatusCause[] {
  if (items.length > maxItems)
    return [invalidValue(field, `${items.length} items`, `must have at most ${maxItems} items; use lines or files`)];
  return items.flatMap((text, index) => {
    if (text.includes("\0")) return [invalidValue(`${field}[${index}]`, text, "must not contain a zero byte")];
    return text.length > maxItemBytes
      ? [invalidValue(`${field}[${index}]`, `${text.length} bytes`, `must have at most ${maxItemBytes} bytes`)]
      : [];
  });
}

function lineRules(field: string, { configMapKeyRef, blob, file }: NonNullable<WorkTemplate["lines"]>): StatusCause[] {
  return [...exactlyOne(field, { configMapKeyRef, blob, file }), ...notStored(`${field}.file`, file)];
}

function fileRules(field: string, { blob, file, fileName, glob }: NonNullable<WorkTemplate["files"]>): StatusCause[] {
  return [
    ...exactlyOne(field, { blob, file }),
    ...notStored(`${field}.file`, file),
    ...(/\.(zip|tar\.zst|tzst)$/.test(fileName ?? "")
      ? [invalidValue(`${field}.fileName`, fileName, "must be a tar or tar.gz")]
      : []),
    ...insidePath(`${field}.glob`, glob),
  ];
}

function notStored(field: string, file: string | undefined): StatusCause[] {
  return file === undefined ? [] : [forbidden(field, "a file is uploaded first, by `plush apply`")];
}
