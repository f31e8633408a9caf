import type { Duplex } from "node:stream";
import {
  encodeLane,
  FrameDecoder,
  type LaneMessage,
  laneAnswerBytes,
  laneChannel,
  laneMessage,
} from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import type { CommandConnection, KeptStream } from "../exec/kept-stream.ts";

/** Attaches the connection to the command that is asked for, begun or found. Throws where it is neither. */
export type TakeCommand = (order: Uint8Array, connection: CommandConnection) => KeptStream;

interface LaneCommand {
  readonly connection: CommandConnection;
  readonly kept: KeptStream;
}

/** This end of one request that carries many commands: their orders come as frames, and so do their answers go. */
export class CommandLane {
  /** Resolves when the request has ended; rejects upon what is no frame of it. */
  readonly ended: Promise<void>;
  readonly #stream: Duplex;
  readonly #take: TakeCommand;
  readonly #commands = new Map<number, LaneCommand>();

  constructor(stream: Duplex, take: TakeCommand) {
    this.#stream = stream;
    this.#take = take;
    const decoder = new FrameDecoder();
    this.ended = new Promise((resolve, reject) => {
      stream.once("close", () => {
        this.#lose();
        resolve();
      });
      stream.once("end", () => stream.end());
      stream.on("data", (chunk: Buffer) => {
        try {
          for (const frame of decoder.push(chunk)) this.#obey(laneMessage(frame));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #obey({ channel, command, payload }: LaneMessage): void {
    const known = this.#commands.get(command);
    if (channel === laneChannel.start) this.#start(command, payload);
    else if (channel === laneChannel.received) known?.kept.acknowledge(Number(Buffer.from(payload).toString("latin1")));
    else if (channel === laneChannel.cancel) known?.kept.cancel(known.connection);
  }

  #start(command: number, order: Uint8Array): void {
    let isOver = false;
    const connection = this.#connection(command, () => {
      isOver = true;
      this.#commands.delete(command);
    });
    try {
      const kept = this.#take(order, connection);
      if (!isOver) this.#commands.set(command, { connection, kept });
    } catch (error) {
      const body = StatusError.from(error).toBody();
      this.#say(laneChannel.refused, command, Buffer.from(JSON.stringify(body)));
    }
  }

  /** Of a command that says little. */
  #connection(command: number, close: () => void): CommandConnection {
    let room = laneAnswerBytes;
    return {
      write: (frames) => {
        room -= frames.length;
        if (room >= 0) {
          this.#say(laneChannel.frames, command, frames);
          return true;
        }
        close();
        this.#say(laneChannel.apart, command);
        return false;
      },
      // Its last frame says so.
      end: () => undefined,
      close,
    };
  }

  /** What is said within one turn leaves as one. */
  #say(channel: number, command: number, payload?: Uint8Array): void {
    const stream = this.#stream;
    if (stream.destroyed) return;
    if (stream.writableCorked === 0) {
      stream.cork();
      process.nextTick(() => stream.uncork());
    }
    stream.write(encodeLane(channel, command, payload));
  }

  /** Nothing is heard over it any more, and nobody knows what has arrived. */
  #lose(): void {
    for (const { connection, kept } of this.#commands.values()) kept.lose(connection);
    this.#commands.clear();
  }
}
