import type { ExecStream } from "../../client/index.ts";
import { channel, type ExecResult } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Terminal } from "../terminal.ts";
import { dig } from "../wire-fields.ts";

/** Connects a remote command with this terminal; resolves with the exit code to end with. */
export async function bridgeExec(
  stream: ExecStream,
  terminal: Terminal,
  options: { readonly stdin: boolean; readonly tty: boolean; readonly signal: AbortSignal },
): Promise<number> {
  const { stdin, stdout } = terminal.stdio;
  if (options.tty) stdin.setRawMode?.(true);
  const onResize = (): void => {
    const size = JSON.stringify({ Width: stdout.columns || 80, Height: stdout.rows || 24 });
    stream.send(channel.resize, Buffer.from(size)).catch(() => undefined);
  };
  if (options.tty) stdout.on("resize", onResize);
  const onInterrupt = (): void => stream.close();
  options.signal.addEventListener("abort", onInterrupt, { once: true });
  try {
    if (options.stdin) pump(stream, terminal);
    return exitCodeOf(await collect(stream, terminal), terminal);
  } catch (error) {
    options.signal.throwIfAborted();
    throw error;
  } finally {
    options.signal.removeEventListener("abort", onInterrupt);
    stdout.off("resize", onResize);
    if (options.tty) stdin.setRawMode?.(false);
    if (options.stdin) stdin.pause();
    stream.close();
  }
}

/** Input to the command until it ends; an empty frame says that it has. */
function pump(stream: ExecStream, terminal: Terminal): void {
  const { stdin } = terminal.stdio;
  stdin.on("data", (chunk: Buffer) => {
    // A slow command slows the reading: nothing is gathered here.
    stdin.pause();
    stream.send(channel.stdin, chunk).then(
      () => stdin.resume(),
      () => undefined,
    );
  });
  stdin.once("end", () => {
    stream.send(channel.stdin, new Uint8Array(0)).catch(() => undefined);
  });
}

async function collect(stream: ExecStream, terminal: Terminal): Promise<ExecResult | undefined> {
  let result: ExecResult | undefined;
  for await (const frame of stream.frames()) {
    if (frame.channel === channel.stdout) await terminal.write(frame.payload);
    else if (frame.channel === channel.stderr) terminal.stdio.stderr.write(frame.payload);
    else if (frame.channel === channel.result) {
      result = decodeResult(frame.payload);
      break;
    }
  }
  return result;
}

function decodeResult(payload: Uint8Array): ExecResult {
  const value: unknown = JSON.parse(Buffer.from(payload).toString("utf8"));
  const [exitCode, signal, reason, message] = ["exitCode", "signal", "reason", "message"].map((name) =>
    dig(value, name),
  );
  return {
    ...(typeof exitCode === "number" && { exitCode }),
    ...(typeof signal === "string" && { signal }),
    ...((reason === "NotFound" || reason === "Timeout" || reason === "Failed") && { reason }),
    ...(typeof message === "string" && { message }),
  };
}

const signalNumbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ABRT: 6,
  KILL: 9,
  SEGV: 11,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
};

/** The command's own code; 128 + number where a signal ended it and 127 where there is no such command, as a shell says it. */
function exitCodeOf(result: ExecResult | undefined, terminal: Terminal): number {
  if (result === undefined) throw new StatusError("Unreachable", "the connection to the command broke");
  if (result.exitCode !== undefined) return result.exitCode;
  if (result.reason === undefined && result.signal !== undefined) {
    return 128 + (signalNumbers[result.signal.replace(/^SIG/, "")] ?? 0);
  }
  if (result.reason === "NotFound") {
    terminal.error(result.message ?? "no such command");
    return 127;
  }
  throw new StatusError("Conflict", result.message ?? result.reason ?? "the command did not run");
}
