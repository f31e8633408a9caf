import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { StreamTransport, Upgraded } from "../client/index.ts";
import { awayOf, refuseSocket } from "./own-answers.ts";
import { answerHeaders, upgradeHeaders } from "./passed-headers.ts";

export interface Asking {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What the browser has sent after its head. */
  readonly head: Buffer;
}

/** Passes a WebSocket on in the user's name: once both agree, bytes go through as they are. Never rejects; resolves once they do. */
export async function passSocket(transport: StreamTransport, { request, socket, head }: Asking): Promise<void> {
  const gone = new AbortController();
  socket.once("close", () => gone.abort());
  let upgraded: Upgraded;
  try {
    upgraded = await transport.upgrade({
      method: "GET",
      path: request.url ?? "/",
      headers: upgradeHeaders(request.headers),
      signal: gone.signal,
    });
  } catch (error) {
    if (!gone.signal.aborted) refuseSocket(socket, awayOf(error));
    return;
  }
  const { response, connection } = upgraded;
  if (connection === undefined) {
    socket.write(headOf(response.status, { ...answerHeaders(response.headers), connection: "close" }));
    await pipeline(response.body, socket).catch(() => undefined);
    return;
  }
  socket.write(headOf(response.status, { ...agreed(response.headers), connection: "Upgrade", upgrade: "websocket" }));
  if (connection.head.length > 0) socket.write(connection.head);
  if (head.length > 0) connection.socket.write(head);
  join(connection.socket, socket);
  join(socket, connection.socket);
}

/** What `from` says is passed to `to`, whose end comes with its own. */
function join(from: Duplex, to: Duplex): void {
  from.pipe(to);
  from.on("error", () => from.destroy());
  from.once("close", () => {
    if (from.readableEnded) to.end(() => to.destroy());
    else to.destroy();
  });
}

function agreed(headers: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const names = ["sec-websocket-accept", "sec-websocket-protocol", "sec-websocket-extensions"];
  return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

function headOf(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${[`HTTP/1.1 ${status} ${status === 101 ? "Switching Protocols" : "Refused"}`, ...lines].join("\r\n")}\r\n\r\n`;
}
