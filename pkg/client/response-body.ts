import { StatusError } from "../status/index.ts";
import { joinBytes } from "./bytes.ts";

/** Reads a body to its end, as UTF-8. */
export async function readBody(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyChunks(body)) chunks.push(chunk);
  return new TextDecoder().decode(joinBytes(chunks));
}

/** A body as it comes; rejects with Unreachable where the connection breaks before its end. */
export async function* bodyChunks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw cutError(error);
  }
}

function cutError(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const cut = code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE" || code === "EPIPE";
  return cut ? new StatusError("Unreachable", "the connection to the server broke", { cause: error }) : error;
}

/** The error in an answer that is not 2xx; a body that is no Status becomes the message, cut to one line. */
export function statusErrorOf(code: number, body: string): StatusError {
  const parsed = parseOrUndefined(body);
  if (typeof parsed === "object" && parsed !== null) return StatusError.fromBody(code, parsed);
  const line = body.trim().split("\n", 1)[0] ?? "";
  return StatusError.fromBody(code, line === "" ? undefined : line.slice(0, 300));
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
