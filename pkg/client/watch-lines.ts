import { lines } from "./json-lines.ts";
import { bodyChunks } from "./response-body.ts";
import { send } from "./send.ts";
import type { Transport, TransportRequest } from "./transport.ts";

/** A watch as an answer without an end: a line an event. */
export async function watchLines(
  transport: Transport,
  { path, signal }: Pick<TransportRequest, "path" | "signal">,
): Promise<AsyncIterable<string>> {
  const headers = { accept: "application/json" };
  const response = await send(transport, { method: "GET", path, headers, ...(signal !== undefined && { signal }) });
  return lines(bodyChunks(response.body));
}
