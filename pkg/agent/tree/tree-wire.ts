import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** How links between agents run where machines are only pretended; absent: by TCP to the address that is named. */
export interface TreeWire {
  /** Where an address is reached. */
  readonly hostOf: (address: string) => string;
  /** What is made of a socket, at either end. */
  readonly wrap: (socket: Socket) => Duplex;
  /** Does what begins a link when it is its turn: one processor that plays many machines cannot begin all at once. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** How often ends of a link ping each other, in place of what is ordered: pings of many machines take all of one processor. */
  readonly pingMs?: number;
}
