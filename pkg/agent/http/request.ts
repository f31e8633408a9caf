import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { StatusError } from "../../status/index.ts";

/** One connection; hello comes first on each. */
export interface Connection {
  isGreeted: boolean;
  /** Of the server at the other end, as its hello says; absent: it does not say. */
  term?: number;
}

/** One request, as handlers see it. */
export interface AgentRequest {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly connection: Connection;
  /** Ends all other connections of servers of older terms than this. */
  readonly endOlder: (term: number) => void;
  /** Last segment of the path, where the route has one. */
  readonly parameter: string;
  readonly query: URLSearchParams;
}

/** Documents are the largest bodies; this many bytes are far more than a machine can run claims. */
const maxBodyBytes = 64 << 20;

/** Reads a body of JSON. Throws BadRequest, RequestEntityTooLarge. */
export async function readJson(stream: ServerHttp2Stream): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > maxBodyBytes)
      throw new StatusError("RequestEntityTooLarge", `body of more than ${maxBodyBytes} bytes`);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (error) {
    throw new StatusError("BadRequest", "body is not JSON", { cause: error });
  }
}

/** Answers with JSON. */
export function answer(stream: ServerHttp2Stream, body: unknown, status = 200): void {
  if (stream.closed || stream.destroyed || stream.headersSent) return;
  stream.respond({ ":status": status, "content-type": "application/json" });
  stream.end(JSON.stringify(body));
}
