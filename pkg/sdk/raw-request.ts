import { type CallOptions, type Query, send, type Transport, withQuery } from "../client/portable.ts";
import { Answer } from "./answer.ts";

/** A request for what is no object. */
export interface RawRequest extends CallOptions {
  /** Default GET, or POST with a body. */
  readonly method?: string;
  readonly query?: Query;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** Rejects with StatusError where the answer is no success. */
export async function rawRequest(transport: Transport, path: string, request: RawRequest = {}): Promise<Answer> {
  const { body, query = {}, method = body === undefined ? "GET" : "POST", headers, signal } = request;
  const response = await send(transport, {
    method,
    path: withQuery(path, query),
    headers: { accept: "*/*", ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  });
  return new Answer(response);
}
