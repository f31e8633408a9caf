import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { StreamTransport } from "../client/index.ts";
import { awayOf, sendRefusal } from "./own-answers.ts";
import { answerHeaders, requestHeaders } from "./passed-headers.ts";

/** A body of this size is read before it is passed on: the request can be sent again where the server closed a connection. */
const maxHeldBytes = 1 << 20;

/** Passes a request on in the user's name, and the answer back, as they come. Never rejects. */
export async function passOn(
  transport: StreamTransport,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    const body = await bodyOf(request);
    const answer = await transport.request({
      method: request.method ?? "GET",
      path: request.url ?? "/",
      headers: requestHeaders(request.headers),
      signal: gone.signal,
      ...(body !== undefined && { body }),
    });
    response.writeHead(answer.status, answerHeaders(answer.headers));
    response.flushHeaders();
    await pipeline(answer.body, response);
  } catch (error) {
    // Once the answer has begun, that it is cut is all that can be told.
    if (!gone.signal.aborted) sendRefusal(response, awayOf(error));
  }
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array | IncomingMessage | undefined> {
  const { "content-length": length, "transfer-encoding": coding } = request.headers;
  if (coding !== undefined || Number(length ?? 0) > maxHeldBytes) return request;
  if (length === undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
