import { randomBytes } from "node:crypto";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Clock } from "../../clock/index.ts";
import type { Located } from "../../coordinates/index.ts";
import { hasCode } from "../error-code.ts";
import { decodeDatagram, encodeDatagram, nonceBytes } from "./datagram.ts";

export interface EchoOptions {
  readonly clock: Clock;
  /** Known to the agents of one server. */
  readonly word: Buffer;
  readonly located: () => Located;
}

export interface EchoAnswer {
  readonly roundTripMs: number;
  readonly located: Located;
}

interface Waiting {
  readonly sentAt: number;
  readonly answer: (answer: EchoAnswer | undefined) => void;
}

/** Asks other agents, and answers them. */
export class Echo {
  readonly #options: EchoOptions;
  readonly #socket: Socket;
  /** By nonce: only who got the question can answer it. */
  readonly #waiting = new Map<string, Waiting>();

  private constructor(socket: Socket, options: EchoOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on("message", (bytes, from) => this.#hear(bytes, from));
    // What cannot be sent is an answer that does not come.
    socket.on("error", () => undefined);
    // A measurement keeps nobody alive.
    socket.unref();
  }

  /** Where other machines reach this one, as far as that is known. */
  static async open(address: string, port: number, options: EchoOptions): Promise<Echo> {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    try {
      await bind(socket, address, port);
      return new Echo(socket, options);
    } catch (error) {
      socket.close();
      if (!hasCode(error, "EADDRNOTAVAIL") && !hasCode(error, "ENOTFOUND")) throw error;
      // Others know the machine by an address that it does not have itself.
      const open = createSocket(isIPv6(address) ? "udp6" : "udp4");
      await bind(open, undefined, port);
      return new Echo(open, options);
    }
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Undefined where nothing comes back in time. */
  ask({ address, port }: { readonly address: string; readonly port: number }, timeoutMs: number) {
    const { clock, word } = this.#options;
    const nonce = randomBytes(nonceBytes);
    const key = nonce.toString("hex");
    return new Promise<EchoAnswer | undefined>((resolve) => {
      const answer = (found: EchoAnswer | undefined): void => {
        cancel();
        this.#waiting.delete(key);
        resolve(found);
      };
      const cancel = clock.setTimer(timeoutMs, () => answer(undefined));
      this.#waiting.set(key, { sentAt: performance.now(), answer });
      this.#socket.send(encodeDatagram(word, { kind: "question", nonce }), port, address, (error) => {
        if (error !== null) answer(undefined);
      });
    });
  }

  close(): Promise<void> {
    for (const { answer } of this.#waiting.values()) answer(undefined);
    return new Promise((resolve) => this.#socket.close(resolve));
  }

  #hear(bytes: Buffer, from: RemoteInfo): void {
    const heardAt = performance.now();
    const { word, located } = this.#options;
    const datagram = decodeDatagram(word, bytes);
    if (datagram?.kind === "question") {
      const answer = encodeDatagram(word, { kind: "answer", nonce: datagram.nonce, located: located() });
      this.#socket.send(answer, from.port, from.address);
    } else if (datagram?.kind === "answer") {
      const waiting = this.#waiting.get(datagram.nonce.toString("hex"));
      waiting?.answer({ roundTripMs: heardAt - waiting.sentAt, located: datagram.located });
    }
  }
}

function bind(socket: Socket, address: string | undefined, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ port, ...(address !== undefined && { address }) }, () => {
      socket.removeListener("error", reject);
      resolve();
    });
  });
}
