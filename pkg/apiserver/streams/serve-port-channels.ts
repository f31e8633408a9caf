import type { Duplex } from "node:stream";
import type { MessageSocket } from "../../client/index.ts";
import { channelMessage } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { badRequest } from "../errors.ts";
import type { Query } from "../http/query.ts";
import { drained } from "./drained.ts";
import type { OpenPort } from "./serve-tunnel.ts";

/** The subprotocol by which client libraries forward ports. */
export const portChannelsProtocol = "v4.channel.k8s.io";

/** Two channels a port, each one byte. */
const maxPorts = 100;

/** The ports in a query, repeated or separated by commas. Throws BadRequest. */
export function readPorts(query: Query): readonly number[] {
  const ports = query
    .all("ports")
    .flatMap((text) => text.split(","))
    .map(Number);
  const areGood = ports.every((port) => Number.isInteger(port) && port > 0 && port < 65_536);
  if (ports.length === 0 || ports.length > maxPorts || !areGood)
    throw badRequest("query parameter `ports` must hold 1 to 100 port numbers");
  return ports;
}

/**
 * Port-forward as client libraries speak it: one connection to each of the ports. Channel 2N carries the data of the
 * Nth, channel 2N + 1 a failure in words; the first message on each is the port, two bytes little endian. Resolves when
 * all connections have ended, or the client has gone.
 */
export async function servePortChannels(
  socket: MessageSocket,
  ports: readonly number[],
  openPort: OpenPort,
): Promise<void> {
  const connections = ports.map((port, index) => new PortChannel(socket, index * 2, port));
  const receiving = receiveAll(socket, connections);
  await Promise.all(connections.map((connection) => connection.serve(openPort).catch(() => undefined)));
  socket.close();
  await receiving;
}

async function receiveAll(socket: MessageSocket, connections: readonly PortChannel[]): Promise<void> {
  for await (const message of socket.messages()) {
    const channel = message[0] ?? 1;
    if (channel % 2 === 0) await connections[channel / 2]?.receive(message.subarray(1));
  }
  for (const connection of connections) connection.close();
}

class PortChannel {
  readonly #socket: MessageSocket;
  readonly #channel: number;
  readonly #port: number;
  readonly #opened: Promise<Duplex | undefined>;
  #settle: (connection: Duplex | undefined) => void = () => undefined;
  #isClosed = false;

  constructor(socket: MessageSocket, channel: number, port: number) {
    this.#socket = socket;
    this.#channel = channel;
    this.#port = port;
    this.#opened = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  async serve(openPort: OpenPort): Promise<void> {
    const head = Uint8Array.of(this.#port & 0xff, this.#port >> 8);
    for (const channel of [this.#channel, this.#channel + 1]) await this.#socket.send(channelMessage(channel, head));
    try {
      const connection = await openPort(String(this.#port));
      connection.on("error", () => undefined);
      this.#settle(connection);
      if (this.#isClosed) connection.destroy();
      for await (const chunk of connection) await this.#socket.send(channelMessage(this.#channel, chunk as Uint8Array));
    } catch (error) {
      const text = `error forwarding port ${this.#port}: ${StatusError.from(error).message}`;
      await this.#socket.send(channelMessage(this.#channel + 1, Buffer.from(text)));
    } finally {
      this.#settle(undefined);
    }
  }

  async receive(data: Uint8Array): Promise<void> {
    const connection = await this.#opened;
    if (connection === undefined || connection.destroyed || connection.write(data)) return;
    await drained(connection);
  }

  close(): void {
    this.#isClosed = true;
    void this.#opened.then((connection) => connection?.destroy());
  }
}
