import type { Duplex } from "node:stream";
import { type Clock, sleep } from "../../clock/index.ts";
import { readJoinLine } from "../../protocol/index.ts";
import { readLine } from "../../streams/index.ts";

const pingEveryMs = 10_000;
/** A host that does not answer in this time has gone, or its NAT has forgotten it. */
const pongWithinMs = 4000;

/** A connection that a host has dialled and the server does not need yet; it is looked after until it is taken. */
export class ParkedLink {
  readonly socket: Duplex;
  readonly #clock: Clock;
  readonly #taken = new AbortController();
  #talk: Promise<unknown> = Promise.resolve();

  constructor(socket: Duplex, clock: Clock) {
    this.socket = socket;
    this.#clock = clock;
    void this.#keep().catch(() => socket.destroy());
  }

  /** Its socket, between two lines; undefined where it has ended. */
  async take(): Promise<Duplex | undefined> {
    this.#taken.abort();
    await this.#talk.catch(() => this.socket.destroy());
    return this.socket.destroyed ? undefined : this.socket;
  }

  async #keep(): Promise<void> {
    const { signal } = this.#taken;
    while (!signal.aborted && !this.socket.destroyed) {
      this.#talk = ask(this.socket, { do: "ping" }, pongWithinMs);
      await this.#talk;
      await sleep(this.#clock, pingEveryMs, signal).catch(() => undefined);
    }
  }
}

/** Says something, and waits for one line. The connection is ended where that takes too long. */
export async function ask(socket: Duplex, value: object, withinMs: number): Promise<Readonly<Record<string, unknown>>> {
  tell(socket, value);
  return hear(socket, withinMs);
}

export function tell(socket: Duplex, value: object): void {
  socket.write(`${JSON.stringify(value)}\n`);
}

export async function hear(socket: Duplex, withinMs: number): Promise<Readonly<Record<string, unknown>>> {
  const timer = setTimeout(() => socket.destroy(), withinMs);
  try {
    return readJoinLine(await readLine(socket));
  } finally {
    clearTimeout(timer);
  }
}
