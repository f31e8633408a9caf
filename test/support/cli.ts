import { PassThrough, Readable } from "node:stream";
import { runCli } from "../../pkg/cli/index.ts";

export interface CliResult {
  readonly code: number;
  /** What it printed, on both streams. */
  readonly text: string;
}

/** A command line in this process. `argv` is without "plush". */
export async function runInProcess(
  kubeconfig: string,
  argv: readonly string[],
  options: { readonly home: string; readonly input?: string },
): Promise<CliResult> {
  const { home, input = "" } = options;
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  let text = "";
  for (const stream of [stdout, stderr])
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  const code = await runCli({
    argv,
    env: { HOME: home, KUBECONFIG: kubeconfig },
    stdio: { stdin: Readable.from([Buffer.from(input)]), stdout, stderr },
    commands: {},
    signal: new AbortController().signal,
  });
  return { code, text };
}
