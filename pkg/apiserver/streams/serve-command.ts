import type { Duplex } from "node:stream";
import type { MessageSocket } from "../../client/index.ts";
import { type Clock, sleep } from "../../clock/index.ts";
import {
  type CommandProtocol,
  channel,
  channelMessage,
  commandStatusOf,
  type ExecResult,
  encodeFrame,
  endOfChannel,
  type Frame,
  FrameDecoder,
} from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { drained } from "./drained.ts";
import type { WantedStreams } from "./exec-request.ts";

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

export interface ServedCommand {
  readonly socket: MessageSocket;
  readonly protocol: CommandProtocol;
  readonly wanted: WantedStreams;
  /** Starts it; `size` is what the client said of its terminal at once. */
  readonly start: (size: TerminalSize | undefined) => Promise<Duplex>;
  readonly clock: Clock;
}

/** Clients with a terminal send its size at once; others are not kept waiting for long. */
const sizeMs = 250;
/** What may come before it: a few keys. */
const maxEarlyBytes = 64 << 10;
/** What one frame carries to the machine at most. */
const chunkBytes = 64 << 10;

/**
 * Joins a command's frames with the channels of a WebSocket until the command has ended and the client was told how, or
 * the client has gone, which ends the command. A slow end makes the other one wait. Never rejects.
 */
export async function serveCommand(command: ServedCommand): Promise<void> {
  const { socket } = command;
  const input = new InputReader(command);
  let stream: Duplex;
  try {
    stream = await command.start(await input.firstSize());
  } catch (error) {
    await sendStatus(socket, StatusError.from(error).toBody()).catch(() => undefined);
    socket.close();
    return;
  }
  // Whoever reads it meets it.
  stream.on("error", () => undefined);
  void socket.closed.then(() => stream.destroy());
  void input.passTo(stream);
  // A client that has gone is the end of the command, and no failure.
  await passOutput(command, stream).catch(() => undefined);
  socket.close();
  stream.destroy();
}

/** What the client sends. */
class InputReader {
  readonly #command: ServedCommand;
  readonly #messages: AsyncGenerator<Uint8Array>;
  /** Came before the terminal's size. */
  readonly #early: Uint8Array[] = [];
  /** Asked for, and not looked at yet. */
  #next: Promise<IteratorResult<Uint8Array>> | undefined;

  constructor(command: ServedCommand) {
    this.#command = command;
    this.#messages = command.socket.messages();
  }

  /** A program reads its terminal's size when it begins, and clients send it when they have connected. */
  async firstSize(): Promise<TerminalSize | undefined> {
    if (!this.#command.wanted.tty) return undefined;
    const found = new AbortController();
    const timeout = sleep(this.#command.clock, sizeMs, found.signal).catch(() => undefined);
    for (let early = 0; early < maxEarlyBytes; ) {
      this.#next ??= this.#messages.next();
      const result = await Promise.race([this.#next, timeout]);
      // Too late, or gone: that is seen when it is asked for again.
      if (result === undefined || result.done === true) return undefined;
      this.#next = undefined;
      if (result.value[0] === channel.resize) {
        found.abort();
        return readSize(result.value.subarray(1));
      }
      this.#early.push(result.value);
      early += result.value.length;
    }
    return undefined;
  }

  /** Writes what comes as frames; waits while the machine does not take it. */
  async passTo(stream: Duplex): Promise<void> {
    for (let message = await this.#take(); message !== undefined; message = await this.#take()) {
      for (const frame of this.#framesOf(message)) {
        if (stream.destroyed || stream.writableEnded) return;
        if (!stream.write(frame)) await drained(stream);
      }
    }
  }

  async #take(): Promise<Uint8Array | undefined> {
    const early = this.#early.shift();
    if (early !== undefined) return early;
    const next = this.#next ?? this.#messages.next();
    this.#next = undefined;
    const { value, done } = await next;
    return done === true ? undefined : value;
  }

  #framesOf(message: Uint8Array): Uint8Array[] {
    const { protocol, wanted } = this.#command;
    const payload = message.subarray(1);
    switch (message[0]) {
      case channel.stdin: {
        const starts = Array.from({ length: Math.ceil(payload.length / chunkBytes) }, (_, index) => index * chunkBytes);
        return wanted.stdin
          ? starts.map((at) => encodeFrame(channel.stdin, payload.subarray(at, at + chunkBytes)))
          : [];
      }
      case channel.resize: {
        const size = wanted.tty ? readSize(payload) : undefined;
        return size === undefined ? [] : [encodeFrame(channel.resize, payload)];
      }
      case endOfChannel: {
        const isInput = wanted.stdin && protocol === "v5.channel.k8s.io" && payload[0] === channel.stdin;
        return isInput ? [encodeFrame(channel.stdin, new Uint8Array(0))] : [];
      }
      default:
        return [];
    }
  }
}

async function passOutput({ socket, wanted }: ServedCommand, stream: Duplex): Promise<void> {
  const decoder = new FrameDecoder();
  let result: ExecResult | undefined;
  try {
    for await (const chunk of stream) {
      for (const frame of decoder.push(chunk as Uint8Array)) {
        if (frame.channel === channel.result) result = readResult(frame);
        else if (isWanted(frame, wanted))
          await socket.send(channelMessage(outputChannel(frame, wanted), frame.payload));
      }
    }
  } catch {
    // Told below: without a result, whatever broke.
  }
  result ??= { reason: "Failed", message: "the connection to the machine broke" };
  if (result.reason === "NotFound") await sendText(socket, wanted, `${result.message ?? "no such command"}\n`);
  await sendStatus(socket, commandStatusOf(result));
}

function isWanted({ channel: id }: Frame, { stdout, stderr, tty }: WantedStreams): boolean {
  return id === channel.stdout ? stdout : id === channel.stderr && (stderr || tty);
}

/** Clients with a terminal know no second channel. */
function outputChannel({ channel: id }: Frame, { tty }: WantedStreams): number {
  return tty ? channel.stdout : id;
}

/** What a shell would print. */
async function sendText(socket: MessageSocket, { stderr, stdout, tty }: WantedStreams, text: string): Promise<void> {
  const id = stderr ? channel.stderr : channel.stdout;
  if (stderr || stdout) await socket.send(channelMessage(id, Buffer.from(tty ? text.replace("\n", "\r\n") : text)));
}

function sendStatus(socket: MessageSocket, status: object): Promise<void> {
  return socket.send(channelMessage(channel.result, Buffer.from(JSON.stringify(status))));
}

/** The agent's word; what is none is the agent's fault. */
function readResult({ payload }: Frame): ExecResult {
  return JSON.parse(Buffer.from(payload).toString("utf8")) as ExecResult;
}

function readSize(payload: Uint8Array): TerminalSize | undefined {
  try {
    const value = JSON.parse(Buffer.from(payload).toString("utf8")) as Record<string, unknown> | null;
    const [columns, rows] = [value?.["Width"], value?.["Height"]];
    return isLength(columns) && isLength(rows) ? { columns, rows } : undefined;
  } catch {
    return undefined;
  }
}

function isLength(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;
}
