import { createInterface } from "node:readline/promises";
import type { Invocation } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** Asks on the terminal; where there is none, nobody can have answered. */
export async function confirm(call: Invocation, question: string): Promise<boolean> {
  const { stdin, stderr } = call.terminal.stdio;
  if (stdin.isTTY !== true) throw new UsageError("--yes is needed where nobody can be asked");
  const reader = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await reader.question(`${question} [y/N] `, { signal: call.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}
