import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { StatusError } from "../../status/index.ts";
import type { Backend } from "../backend.ts";
import type { WatchCarrier } from "../http/watch-carrier.ts";
import { type WatchedRequest, watchOptionsOf } from "../http/watch-request.ts";
import { streamWatch, type WatchHooks } from "../http/watch-stream.ts";

export interface ServedWatch {
  readonly backend: Backend;
  readonly watches: WatchHooks;
  readonly watched: WatchedRequest;
}

/**
 * Answers a watch, as Kubernetes does over WebSockets: one text message an event. Why it cannot start is an event too: of a
 * refused connection a browser tells nothing. Ends with the connection; does not reject.
 */
export async function serveWatch(
  accepted: WebSocket,
  socket: Duplex,
  { backend, watches, watched }: ServedWatch,
): Promise<void> {
  const closed = new Promise<void>((resolve) => accepted.once("close", () => resolve()));
  // A broken connection is a closed one; what the client says is not asked for.
  accepted.on("error", () => undefined);
  try {
    const end = streamWatch(socketCarrier(accepted, socket), watchOptionsOf({ backend, ...watches }, watched));
    const ended = watches.onWatch(end);
    void closed.then(ended);
  } catch (error) {
    accepted.send(JSON.stringify({ type: "ERROR", object: StatusError.from(error).toBody() }));
    accepted.close(1000);
  }
  await closed;
}

function socketCarrier(accepted: WebSocket, socket: Duplex): WatchCarrier {
  // The newline ends a line, and a message has an end of its own.
  const write = (event: Buffer): void => accepted.send(event.subarray(0, -1), { binary: false });
  return {
    begin(events) {
      // Written as one, however many they are.
      socket.cork();
      for (const event of events) write(event);
      socket.uncork();
    },
    write,
    get unread() {
      return accepted.bufferedAmount;
    },
    get isBehind() {
      return socket.writableNeedDrain;
    },
    get isEnded() {
      return accepted.readyState !== accepted.OPEN;
    },
    end: () => accepted.close(1000),
    destroy: () => accepted.terminate(),
    onDrain: (listener) => void socket.on("drain", listener),
    onceClosed: (listener) => void accepted.once("close", listener),
  };
}
