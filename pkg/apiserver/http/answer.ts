import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";

/** A request as handlers read it: fastify's, or one that did not pass through it. */
export interface Asked {
  readonly raw: IncomingMessage;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** What an answer is written to. Methods can be chained; `send` comes last, and once. */
export interface Answer {
  readonly raw: ServerResponse;
  code(code: number): Answer;
  header(name: string, value: string | readonly string[]): Answer;
  send(body?: string | Uint8Array | Readable): Answer;
  /** Whoever calls this writes to `raw` itself. */
  hijack(): Answer;
}
