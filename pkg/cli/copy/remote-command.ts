import { objectPath, openCommand } from "../../client/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import type { Located } from "../targets.ts";

/** What is told of a failure at most: the end of what the program said. */
const maxTextBytes = 4096;

export interface RemoteCommand {
  readonly argv: readonly string[];
  /** Sent as its input. */
  readonly input?: AsyncIterable<Uint8Array>;
  /** Given what it prints, in order; slow ones make it wait. */
  readonly onOutput?: (bytes: Uint8Array) => Promise<void>;
}

export interface RemoteResult {
  readonly exitCode: number;
  /** The end of what it said on stderr. */
  readonly text: string;
}

/** Runs a program where the target is. Rejects with a StatusError where it cannot be run. */
export async function runRemote(call: Invocation, target: Located, command: RemoteCommand): Promise<RemoteResult> {
  const { argv, input, onOutput } = command;
  const { transport } = await call.session.client();
  const path = objectPath(target.kind, target, "exec");
  const stream = await openCommand(transport, { path, command: argv, stdin: input !== undefined, signal: call.signal });
  let sendError: unknown;
  // A program that ends early does not read to the end; its exit code says more than that.
  const sending = send(stream, input).catch((error: unknown) => {
    sendError = error;
  });
  let text = Buffer.alloc(0);
  try {
    for await (const { stream: name, bytes } of stream.output()) {
      if (name === "stdout") await onOutput?.(bytes);
      else text = Buffer.concat([text, bytes]).subarray(-maxTextBytes);
    }
    call.signal.throwIfAborted();
    const exitCode = stream.exitCode();
    await sending;
    if (exitCode === 0 && sendError !== undefined) throw sendError;
    return { exitCode, text: text.toString("utf8").trim() };
  } finally {
    stream.close();
  }
}

async function send(
  stream: Awaited<ReturnType<typeof openCommand>>,
  input: AsyncIterable<Uint8Array> | undefined,
): Promise<void> {
  if (input === undefined) return;
  try {
    for await (const bytes of input) await stream.write(bytes);
  } catch (error) {
    // What is here cannot be read: a program that goes on to wait for the rest must not.
    stream.close();
    throw error;
  }
  await stream.endInput();
}

/** The error of a program that failed. */
export function remoteFailure(what: string, { exitCode, text }: RemoteResult): StatusError {
  return new StatusError("Conflict", `${what}: ${text === "" ? `exit code ${exitCode}` : text}`);
}
