import type { Duplex } from "node:stream";
import { agentRun, channel, encodeFrame, FrameDecoder } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import type { RunOrder } from "./fabric.ts";
import type { HostLink } from "./host-link.ts";
import type { Reading } from "./resumed-stream.ts";

/** So much may come before the agent is told of it: much less than what it waits for. */
const acknowledgeBytes = 64 << 10;

/** The frames of a command that its agent keeps until they are received. */
export class CommandReading implements Reading {
  readonly #order: RunOrder;
  readonly #id: string;
  readonly #decoder = new FrameDecoder();
  #agentRun: string | undefined;
  #stream: Duplex | undefined;
  #received = 0;
  #acknowledged = 0;

  constructor(order: RunOrder, id: string) {
    this.#order = order;
    this.#id = id;
  }

  async open({ agent, view }: HostLink): Promise<Duplex> {
    if (agent === undefined || view === undefined)
      throw new StatusError("Unreachable", "the machine has just been lost");
    this.#agentRun ??= agentRun(view.host);
    this.#acknowledged = this.#received;
    const kept = { id: this.#id, received: this.#received, agentRun: this.#agentRun };
    this.#stream = await agent.session.exec({ ...this.#order, stdin: false, kept });
    return this.#stream;
  }

  /** Frames are left as they are; the request that ends after the result tells the agent that all has come. */
  take(chunk: Buffer) {
    this.#received += chunk.length;
    const isAll = this.#decoder.push(chunk).some((frame) => frame.channel === channel.result);
    if (!isAll && this.#received - this.#acknowledged >= acknowledgeBytes) {
      this.#acknowledged = this.#received;
      this.#stream?.write(encodeFrame(channel.received, Buffer.from(String(this.#received))));
    }
    return { pieces: [chunk], isAll };
  }
}
