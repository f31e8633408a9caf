import { channel, channelMessage, commandProtocols, endOfChannel, readCommandStatus } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import type { MessageSocket, SocketTransport } from "./message-socket.ts";
import { withQuery } from "./resource-path.ts";

/** A command to run; or, without `command`, what to show of a process that runs. */
export interface CommandRequest extends Partial<CommandOptions> {
  /** Path of an exec or attach subresource. */
  readonly path: string;
}

export interface CommandOptions {
  /** The program and its arguments; no shell looks at them. */
  readonly command: readonly string[];
  /** Whether it is given input. */
  readonly stdin?: boolean;
  /** Whether it is given a terminal. */
  readonly tty?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Another user of the machine, where the agent may. */
  readonly user?: string;
  /** "30s"; absent: none. */
  readonly timeout?: string;
  readonly signal?: AbortSignal;
}

/** What a command has printed. With a terminal all is stdout. */
export interface CommandOutput {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Uint8Array;
}

/** A command that runs on a machine, or a process that is looked at. */
export interface CommandStream {
  /** Resolves when more may be written. */
  write(input: Uint8Array): Promise<void>;
  /** Says that the input has ended. */
  endInput(): Promise<void>;
  /** Of the terminal. */
  resize(size: { readonly columns: number; readonly rows: number }): Promise<void>;
  /** To be read once, to its end: that of the command. */
  output(): AsyncGenerator<CommandOutput>;
  /** Once the output has ended: the exit code. Throws a StatusError where the command has none. */
  exitCode(): number;
  /** Ends the connection, and so the command. */
  close(): void;
}

/** Input is cut into messages of this size. */
const chunkBytes = 64 << 10;

/**
 * Runs a command over Kubernetes' v5.channel.k8s.io, in Node and in browsers. Rejects with the server's StatusError where
 * it refuses.
 */
export async function openCommand(transport: SocketTransport, request: CommandRequest): Promise<CommandStream> {
  const { signal } = request;
  const [protocol] = commandProtocols;
  const path = addressOf(request);
  return new Command(await transport.connect({ path, protocols: [protocol], ...(signal && { signal }) }));
}

function addressOf({ path, command = [], stdin, tty, env = {}, user, timeout }: CommandRequest): string {
  const address = withQuery(path, {
    stdin: stdin === true || undefined,
    stdout: true,
    stderr: tty !== true || undefined,
    tty: tty === true || undefined,
    user,
    timeout,
  });
  const lists = new URLSearchParams();
  for (const argument of command) lists.append("command", argument);
  for (const [name, value] of Object.entries(env)) lists.append("env", `${name}=${value}`);
  return lists.size === 0 ? address : `${address}&${lists}`;
}

class Command implements CommandStream {
  readonly #socket: MessageSocket;
  #status: string | undefined;

  constructor(socket: MessageSocket) {
    this.#socket = socket;
  }

  async write(input: Uint8Array): Promise<void> {
    for (let start = 0; start < input.length; start += chunkBytes)
      await this.#socket.send(channelMessage(channel.stdin, input.subarray(start, start + chunkBytes)));
  }

  endInput(): Promise<void> {
    return this.#socket.send(Uint8Array.of(endOfChannel, channel.stdin));
  }

  resize({ columns, rows }: { readonly columns: number; readonly rows: number }): Promise<void> {
    const size = JSON.stringify({ Width: columns, Height: rows });
    return this.#socket.send(channelMessage(channel.resize, new TextEncoder().encode(size)));
  }

  async *output(): AsyncGenerator<CommandOutput> {
    for await (const message of this.#socket.messages()) {
      const bytes = message.subarray(1);
      if (message[0] === channel.stdout && bytes.length > 0) yield { stream: "stdout", bytes };
      else if (message[0] === channel.stderr && bytes.length > 0) yield { stream: "stderr", bytes };
      else if (message[0] === channel.result) this.#status = new TextDecoder().decode(bytes);
    }
  }

  exitCode(): number {
    if (this.#status === undefined) throw new StatusError("Unreachable", "the connection to the command broke");
    return readCommandStatus(this.#status);
  }

  close(): void {
    this.#socket.close();
  }
}
