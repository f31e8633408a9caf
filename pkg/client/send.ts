import { sleep, systemClock } from "../clock/index.ts";
import { readBody, statusErrorOf } from "./response-body.ts";
import type { Transport, TransportRequest, TransportResponse } from "./transport.ts";

/** As kubectl: an overloaded server that says when to come back is asked again so many times. */
const maxAttempts = 10;

/** Resolves with an answer that is a success; rejects with the server's StatusError. */
export async function send(transport: Transport, request: TransportRequest): Promise<TransportResponse> {
  for (let attempt = 1; ; attempt++) {
    const response = await transport.request(request);
    if (response.status < 300) return response;
    const error = statusErrorOf(response.status, await readBody(response.body));
    const retryAfter = Number(response.headers["retry-after"] ?? Number.NaN);
    const overloaded = response.status === 429 || response.status === 503;
    if (!overloaded || Number.isNaN(retryAfter) || attempt === maxAttempts) throw error;
    await sleep(systemClock, retryAfter * 1000, request.signal);
  }
}
