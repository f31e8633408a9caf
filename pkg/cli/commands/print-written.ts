import type { Invocation } from "../command.ts";
import { parseOutput } from "../output-format.ts";
import { type FoundObject, printObjects } from "./get-objects.ts";

/** Prints what a command has written, in the format of its -o. */
export async function printWritten(call: Invocation, found: readonly FoundObject[]): Promise<void> {
  await printObjects(call, found, parseOutput(call.args.text("output")), found.length === 1);
}
