import type { Transport } from "../../client/index.ts";
import { controlRun } from "../../operations/index.ts";
import { isReason } from "../../status/index.ts";
import type { InputStream } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

/** Passes standard input to every command, as fast as the slowest takes it, until it ends or the run is over. */
export async function feedInput(
  stdin: InputStream,
  transport: Transport,
  run: string,
  signal: AbortSignal,
): Promise<void> {
  const stop = (): void => void stdin.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const chunk of stdin)
      await controlRun(transport, { run, input: Buffer.from(chunk).toString("base64") }, signal);
    if (!signal.aborted) await controlRun(transport, { run, endInput: true }, signal);
  } catch (error) {
    // A run that is over reads nothing more: that is no failure.
    if (!signal.aborted && !isReason(error, "NotFound")) throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** What fits into a request beside all else. */
const maxWholeInput = 2 << 20;

/** All of standard input, for commands of which not all run at the same time. */
export async function wholeInput(stdin: InputStream): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk));
    length += chunks.at(-1)?.length ?? 0;
    if (length > maxWholeInput)
      throw new UsageError("with --max, standard input may have 2 MiB: copy files with plush cp, or leave out --max");
  }
  return Buffer.concat(chunks).toString("base64");
}
