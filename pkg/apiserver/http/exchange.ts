import type { Identity } from "../../auth/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Answer, Asked } from "./answer.ts";
import { type ParsedBody, parseBody } from "./body.ts";
import { sendLarge } from "./large-answer.ts";
import type { RequestInfo } from "./request-info.ts";
import { warningHeader } from "./write-options.ts";

/** One authorized request and its answer. */
export interface Exchange {
  readonly info: RequestInfo;
  readonly identity: Identity;
  readonly request: Asked;
  readonly reply: Answer;
  readonly warnings: string[];
  /** The body, once somebody has read it. */
  parsedBody?: ParsedBody;
}

/** The body, read by its Content-Type, once. */
export function parsedBodyOf(exchange: Exchange): ParsedBody {
  const { body, headers } = exchange.request;
  exchange.parsedBody ??= parseBody(body instanceof Uint8Array ? body : undefined, headers["content-type"]);
  return exchange.parsedBody;
}

/** What the body says; undefined where there is none. */
export function bodyOf(exchange: Exchange): unknown {
  return parsedBodyOf(exchange).value;
}

export function sendJson(exchange: Exchange, code: number, text: string): Answer | Promise<Answer> {
  const { info, request, reply, warnings } = exchange;
  const shown = info.query.flag("pretty") ? indented(text) : text;
  reply.code(code).header("content-type", "application/json").header("cache-control", "no-cache, private");
  if (warnings.length === 0) return sendLarge(request, reply, shown);
  // Before a body that is text Node would write the bytes of headers as UTF-8, and these are UTF-8 already.
  return reply.header("warning", [...new Set(warnings)].map(warningHeader)).send(Buffer.from(shown));
}

/** For people who look with a browser or curl. */
function indented(text: string): string {
  return `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`;
}

export function sendError(reply: Answer, error: unknown): Answer {
  const status = error instanceof StatusError ? error : fromFramework(error);
  const { retryAfterSeconds } = status.details;
  if (retryAfterSeconds !== undefined) reply.header("retry-after", String(retryAfterSeconds));
  return reply.code(status.code).header("content-type", "application/json").send(JSON.stringify(status.toBody()));
}

/** Errors that the HTTP framework raises itself, in our words. */
function fromFramework(error: unknown): StatusError {
  const code = typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
  const message = error instanceof Error ? error.message : String(error);
  if (code === 413) return new StatusError("RequestEntityTooLarge", "the body is larger than 3 MiB", { cause: error });
  if (code === 415) return new StatusError("UnsupportedMediaType", message, { cause: error });
  if (typeof code === "number" && code >= 400 && code < 500)
    return new StatusError("BadRequest", message, { cause: error });
  return StatusError.from(error);
}
