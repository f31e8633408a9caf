import { kinds, type Process } from "../../api/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { type Located, oneTarget } from "../targets.ts";
import { UsageError } from "../usage-error.ts";
import { hasProcesses, processesOf } from "./processes-of.ts";

/** What goes on in a process, best first. */
const liveStates = ["Ready", "Running", "Starting"];

/**
 * The object to which a stream is opened: one of `direct` is taken as it is (a word without a kind is a process); of
 * what has processes, one that runs is chosen and named on stderr.
 */
export async function streamTarget(
  call: Invocation,
  words: readonly string[],
  direct: readonly ("Process" | "Claim" | "Resource")[],
): Promise<Located> {
  const isBare = words.length === 1 && !words[0]?.includes("/");
  const located = await oneTarget(call, isBare ? [`processes/${words[0]}`] : words);
  const { kind, namespace, name } = located;
  if (direct.some((each) => each === kind.kind)) return located;
  if (!hasProcesses(kind)) {
    const known = [...direct.map((each) => kinds[each].singular), "application"].join(", ");
    throw new UsageError(`${kind.singular}/${name}: name one of ${known}`);
  }
  const processes = await processesOf(call, kind, { namespace, name });
  const chosen = liveStates.flatMap((state) => processes.filter(({ status }) => status?.state === state))[0];
  if (chosen === undefined) throw new StatusError("NotFound", `${kind.singular}/${name} has no process that runs`);
  if (processes.length > 1) call.terminal.note(`using ${nameOf(chosen)}, one of ${processes.length} processes`);
  return { kind: kinds.Process, namespace, name: chosen.metadata.name ?? "" };
}

function nameOf({ metadata }: Process): string {
  return `${kinds.Process.singular}/${metadata.name ?? ""}`;
}
