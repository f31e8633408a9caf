import type { ClientHttp2Stream } from "node:http2";
import {
  encodeLane,
  FrameDecoder,
  type LaneMessage,
  laneAnswerBytes,
  laneChannel,
  laneMessage,
  laneStartBytes,
} from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";

/** Who reads what comes of a command over one connection; called after whoever asked for it has returned. */
export interface CommandReader {
  /** Bytes of its frames. What it gives back is awaited before more is read, where the connection is this command's alone. */
  take(bytes: Buffer): Promise<unknown> | undefined;
  /** Nothing more comes over this connection. apart: it has more to say than others leave room for. */
  lost(why: "link" | "apart"): void;
  /** It was not begun, and will not be. */
  refused(error: StatusError): void;
}

/** One connection over which a command is read. */
export interface CommandFeed {
  /** So many bytes of its frames have come, over whatever connection. */
  acknowledge(received: number): void;
  /** All has come, or somebody else reads the rest. */
  finish(received: number): void;
  /** Ends the command. */
  cancel(): void;
}

/** What may wait for an agent that does not read: commands that are asked for then have a request each. */
const maxWaitingBytes = 1 << 20;

/**
 * One request that stays open and carries commands without input, many at once: an order is a frame, and so is an answer,
 * where a request for each would cost its stream, its heads and its end on both sides. Acknowledgements leave with the
 * next order, or when something else was heard of the agent: only its memory waits for them.
 */
export class CommandLane {
  readonly #open: () => ClientHttp2Stream;
  readonly #onIdle: () => void;
  readonly #readers = new Map<number, CommandReader>();
  #stream: ClientHttp2Stream | undefined;
  #acknowledged: Uint8Array[] = [];
  #acknowledgedBytes = 0;
  #next = 0;
  #isOver = false;

  /** `onIdle`: no command is on its way any more. */
  constructor(open: () => ClientHttp2Stream, onIdle: () => void) {
    this.#open = open;
    this.#onIdle = onIdle;
  }

  get isIdle(): boolean {
    return this.#readers.size === 0;
  }

  /** Undefined where it is to have a request of its own. */
  start(order: Uint8Array, reader: CommandReader): CommandFeed | undefined {
    if (this.#isOver || order.length > laneStartBytes) return undefined;
    this.#stream ??= this.#begin();
    if (this.#stream.writableLength > maxWaitingBytes) return undefined;
    this.#next = (this.#next + 1) >>> 0;
    const command = this.#next;
    this.#readers.set(command, reader);
    this.#send(encodeLane(laneChannel.start, command, order));
    return {
      acknowledge: (received) => this.#acknowledge(command, received),
      finish: (received) => {
        this.#acknowledge(command, received);
        this.#forget(command);
      },
      cancel: () => {
        this.#send(encodeLane(laneChannel.cancel, command));
        this.#forget(command);
      },
    };
  }

  /** Sends what was put off. */
  flush(): void {
    if (this.#acknowledged.length > 0) this.#send();
  }

  #begin(): ClientHttp2Stream {
    const stream = this.#open();
    const decoder = new FrameDecoder();
    const end = (): void => {
      this.#isOver = true;
      const readers = [...this.#readers.values()];
      this.#readers.clear();
      for (const reader of readers) reader.lost("link");
    };
    stream.once("response", (headers) => {
      if (headers[":status"] !== 200) stream.close();
    });
    stream.on("data", (chunk: Buffer) => {
      try {
        for (const frame of decoder.push(chunk)) this.#hear(laneMessage(frame));
      } catch {
        stream.close();
      }
    });
    stream.on("error", () => undefined); // it closes
    stream.once("close", end);
    return stream;
  }

  #hear({ channel, command, payload }: LaneMessage): void {
    const reader = this.#readers.get(command);
    if (reader === undefined) return;
    if (channel === laneChannel.frames) {
      void reader.take(Buffer.from(payload.buffer, payload.byteOffset, payload.length));
    } else if (channel === laneChannel.apart) {
      this.#forget(command);
      reader.lost("apart");
    } else if (channel === laneChannel.refused) {
      this.#forget(command);
      reader.refused(statusOf(payload));
    }
  }

  #acknowledge(command: number, received: number): void {
    const frame = encodeLane(laneChannel.received, command, Buffer.from(String(received), "latin1"));
    this.#acknowledged.push(frame);
    this.#acknowledgedBytes += received;
    if (this.#acknowledgedBytes >= laneAnswerBytes) this.flush();
  }

  /** With what was put off before it. */
  #send(frame?: Uint8Array): void {
    const frames = frame === undefined ? this.#acknowledged : [...this.#acknowledged, frame];
    this.#acknowledged = [];
    this.#acknowledgedBytes = 0;
    const [only] = frames;
    if (this.#isOver || only === undefined) return;
    this.#stream?.write(frames.length === 1 ? only : Buffer.concat(frames));
  }

  #forget(command: number): void {
    if (this.#readers.delete(command) && this.isIdle) this.#onIdle();
  }
}

function statusOf(payload: Uint8Array): StatusError {
  const body: unknown = JSON.parse(Buffer.from(payload).toString("utf8"));
  const code = typeof body === "object" && body !== null && "code" in body ? Number(body.code) : 500;
  return StatusError.fromBody(code, body);
}
