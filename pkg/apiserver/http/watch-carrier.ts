import type { ServerResponse } from "node:http";

/** What carries the events of a watch to its client: an answer without an end, or a WebSocket. */
export interface WatchCarrier {
  /** The watch stands: `events` are those of its start. Called first, and once. */
  begin(events: readonly Buffer[]): void;
  /** One event as a line of JSON, with its newline. */
  write(event: Buffer): void;
  /** Bytes that are on their way. */
  readonly unread: number;
  /** The client takes less than it is given. */
  readonly isBehind: boolean;
  /** Nothing can be written any more. */
  readonly isEnded: boolean;
  /** Ends in order, once everything has been read. */
  end(): void;
  /** Cuts the client off. */
  destroy(): void;
  /** The client has come to the end of what there was. */
  onDrain(listener: () => void): void;
  onceClosed(listener: () => void): void;
}

/** Events as lines of an HTTP answer. */
export function answerCarrier(response: ServerResponse): WatchCarrier {
  return {
    begin(events) {
      response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
      response.flushHeaders();
      if (events.length > 0) response.write(Buffer.concat(events));
    },
    write: (event) => void response.write(event),
    get unread() {
      return response.writableLength;
    },
    get isBehind() {
      return response.writableNeedDrain;
    },
    get isEnded() {
      return response.writableEnded;
    },
    end: () => void response.end(),
    destroy: () => void response.destroy(),
    onDrain: (listener) => void response.on("drain", listener),
    onceClosed: (listener) => void response.once("close", listener),
  };
}
