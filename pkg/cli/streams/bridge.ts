import type { CommandStream } from "../../client/index.ts";
import type { Terminal } from "../terminal.ts";

export interface BridgeOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly signal: AbortSignal;
}

/** Connects a remote command with this terminal; resolves with the exit code to end with. */
export async function bridgeCommand(
  stream: CommandStream,
  terminal: Terminal,
  options: BridgeOptions,
): Promise<number> {
  const { stdin, stdout } = terminal.stdio;
  const onResize = (): void => {
    stream.resize({ columns: stdout.columns || 80, rows: stdout.rows || 24 }).catch(() => undefined);
  };
  if (options.tty) {
    stdin.setRawMode?.(true);
    stdout.on("resize", onResize);
    onResize();
  }
  const onInterrupt = (): void => stream.close();
  options.signal.addEventListener("abort", onInterrupt, { once: true });
  try {
    if (options.stdin) pump(stream, terminal);
    for await (const { stream: name, bytes } of stream.output()) {
      if (name === "stdout") await terminal.write(bytes);
      else await terminal.writeNote(bytes);
    }
    options.signal.throwIfAborted();
    return stream.exitCode();
  } finally {
    options.signal.removeEventListener("abort", onInterrupt);
    stdout.off("resize", onResize);
    if (options.tty) stdin.setRawMode?.(false);
    if (options.stdin) stdin.pause();
    stream.close();
  }
}

/** Input to the command until it ends. */
function pump(stream: CommandStream, terminal: Terminal): void {
  const { stdin } = terminal.stdio;
  stdin.on("data", (chunk: Buffer) => {
    // A slow command slows the reading: nothing is gathered here.
    stdin.pause();
    stream.write(chunk).then(
      () => stdin.resume(),
      () => undefined,
    );
  });
  stdin.once("end", () => {
    stream.endInput().catch(() => undefined);
  });
}
