import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

export type Direction = "toMachine" | "toServer";

/** What was held back by a cut is sent again so long after it has been mended, as TCP's backoff has it. */
const maxRetransmitMs = 1500;

/** The network between the server and one machine, and what is wrong with it. */
export class Wire {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #cut = { toMachine: false, toServer: false };
  readonly #connections = new Set<Connection>();
  /** Added to each message's way. */
  delayMs = 0;
  /** Messages of one connection may overtake each other, where they belong to different requests. */
  reorders = false;

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  isCut(direction: Direction): boolean {
    return this.#cut[direction];
  }

  /** Whether a question gets its answer. */
  get isOpen(): boolean {
    return !this.#cut.toMachine && !this.#cut.toServer;
  }

  cut(directions: readonly Direction[]): void {
    for (const direction of directions) this.#cut[direction] = true;
  }

  /** Everything works as on the first day. */
  mend(): void {
    this.#cut.toMachine = false;
    this.#cut.toServer = false;
    this.delayMs = 0;
    this.reorders = false;
    for (const connection of this.#connections) connection.resend(this.#random.next() * maxRetransmitMs);
  }

  connect(): Connection {
    const connection: Connection = new Connection(this, () => this.#connections.delete(connection));
    this.#connections.add(connection);
    return connection;
  }

  /** The machine's end has closed everything, as a kernel does for a process that has ended. */
  hangUp(why: string): void {
    for (const connection of [...this.#connections]) connection.close("machine", why);
  }

  /** The same at the server's end. */
  hangUpServer(): void {
    for (const connection of [...this.#connections]) connection.close("server", "the server has ended");
  }

  /** The machine has lost its power: nobody is told, and what is sent from now on is lost. */
  lose(): void {
    for (const connection of [...this.#connections]) connection.lose();
  }

  /** The machine has power again, and knows no connection from before. */
  refuse(): void {
    for (const connection of [...this.#connections]) connection.refuse();
  }

  after(delayMs: number, callback: () => void): void {
    this.#time.after(delayMs, callback);
  }

  get now(): number {
    return this.#time.now;
  }

  latencyMs(): number {
    return this.delayMs * (0.5 + this.#random.next()) + 0.2 + this.#random.next() * 0.8;
  }
}

interface Message {
  readonly number: number;
  readonly direction: Direction;
  readonly deliver: () => void;
  /** It overtakes nothing, whatever the network does. */
  readonly isOrdered: boolean;
}

/** A TCP connection: what is sent arrives, in order and late perhaps, or the connection has ended. */
export class Connection {
  readonly #wire: Wire;
  readonly #onGone: () => void;
  readonly #lastAt = { toMachine: 0, toServer: 0 };
  /** Not through yet, because of a cut. */
  #held: Message[] = [];
  #sent = 0;
  readonly #onEnd: { toMachine: (why: string) => void; toServer: (why: string) => void } = {
    toMachine: () => {},
    toServer: () => {},
  };
  /** The machine's side is no more, and nobody said so. */
  #isLost = false;
  #isClosed = false;
  /** The machine is back and says so to who sends. */
  #answersResets = false;

  constructor(wire: Wire, onGone: () => void) {
    this.#wire = wire;
    this.#onGone = onGone;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Called at the end that lies in this direction when the other one has closed. */
  onEnd(direction: Direction, listener: (why: string) => void): void {
    this.#onEnd[direction] = listener;
  }

  /** `isOrdered`: it overtakes nothing, whatever the network does. */
  send(direction: Direction, deliver: () => void, isOrdered = true): void {
    if (this.#isClosed) return;
    if (this.#isLost) {
      if (direction === "toMachine") this.#answerReset();
      return;
    }
    const message = { number: this.#sent++, direction, deliver, isOrdered };
    const isBehind = this.#held.some((held) => held.direction === direction);
    if (isBehind || this.#wire.isCut(direction)) this.#held.push(message);
    else this.#carry(message);
  }

  /** What was held back by a cut goes on its way. */
  resend(delayMs: number): void {
    if (this.#held.length === 0) return;
    this.#wire.after(delayMs, () => {
      const held = this.#held.sort((left, right) => left.number - right.number);
      this.#held = [];
      for (const message of held) {
        if (this.#wire.isCut(message.direction)) this.#held.push(message);
        else this.#carry(message);
      }
    });
  }

  /** One end closes: nothing more is delivered to it, and the other end is told. */
  close(from: "server" | "machine", why: string): void {
    if (this.#isClosed) return;
    const direction = from === "server" ? "toMachine" : "toServer";
    const tell = this.#onEnd[direction];
    this.send(direction, () => this.#end(() => tell(why)));
    this.#onEnd[from === "server" ? "toServer" : "toMachine"] = () => {};
  }

  lose(): void {
    this.#isLost = true;
    this.#held = [];
    this.#onEnd.toMachine = () => {};
  }

  refuse(): void {
    if (!this.#isLost || this.#isClosed) return;
    this.#answersResets = true;
  }

  #answerReset(): void {
    if (!this.#answersResets || !this.#wire.isOpen) return;
    const tell = this.#onEnd.toServer;
    this.#wire.after(this.#wire.latencyMs() * 2, () => this.#end(() => tell("connection reset by the machine")));
  }

  #carry(message: Message): void {
    const { direction, deliver } = message;
    const isOrdered = message.isOrdered || !this.#wire.reorders;
    const sent = this.#wire.now + this.#wire.latencyMs();
    const at = isOrdered ? Math.max(sent, this.#lastAt[direction]) : sent;
    if (isOrdered) this.#lastAt[direction] = at;
    this.#wire.after(at - this.#wire.now, () => {
      if (this.#isClosed || this.#isLost) return;
      // A cut while it was on its way takes it too: it is sent again.
      if (this.#wire.isCut(direction)) this.#held.push(message);
      else deliver();
    });
  }

  #end(tell: () => void): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#held = [];
    this.#onGone();
    tell();
  }
}
