import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { runCommand } from "../../pkg/emulation/command.ts";
import type { EmulatedHost } from "../../pkg/emulation/index.ts";

export interface DelayedNetworkOptions {
  /** The bridge that the hosts are on. */
  readonly bridge: string;
  readonly hosts: readonly EmulatedHost[];
  readonly port: number;
  /** Milliseconds there and back between two hosts, by their places in the list. */
  readonly roundTripMs: (from: number, to: number) => number;
}

/**
 * Addresses by which hosts reach each other's UDP port from afar: what is sent to one is held up for as long as half the
 * round trip, and reaches the host as from the sender's own far address, so that its answer takes as long.
 */
export class DelayedNetwork {
  readonly #options: DelayedNetworkOptions;
  readonly #sockets: Socket[] = [];

  constructor(options: DelayedNetworkOptions) {
    this.#options = options;
  }

  addressOf(host: number): string {
    const [first, second] = this.#options.hosts[0]?.address.split(".") ?? [];
    return `${first}.${second}.200.${host + 1}`;
  }

  async start(): Promise<void> {
    const { bridge, hosts, port, roundTripMs } = this.#options;
    const numbers = new Map(hosts.map(({ address }, at) => [address, at]));
    for (const [to, { address }] of hosts.entries()) {
      await runCommand("ip", ["addr", "add", `${this.addressOf(to)}/32`, "dev", bridge]);
      const socket = createSocket("udp4");
      this.#sockets.push(socket);
      socket.on("message", (bytes, sender) => {
        const from = numbers.get(sender.address);
        if (from === undefined) return;
        setTimeout(() => this.#sockets[from]?.send(bytes, port, address), roundTripMs(from, to) / 2);
      });
      socket.bind(port, this.addressOf(to));
      await once(socket, "listening");
    }
  }

  /** Its addresses go with the bridge. */
  stop(): void {
    for (const socket of this.#sockets) socket.close();
    this.#sockets.length = 0;
  }
}
