import type { EventSink } from "../api/index.ts";
import { type Clock, durationMs } from "../clock/index.ts";
import type { Egress } from "../egress/index.ts";
import { signature } from "../hooks/index.ts";
import { StatusError } from "../status/index.ts";
import { type Answer, readAnswer } from "./answer-plan.ts";
import { type CloudEvent, chatText } from "./cloud-event.ts";
import type { Credentials } from "./credentials.ts";

export interface PostPorts {
  readonly clock: Clock;
  readonly egress: Pick<Egress, "post">;
}

const maxAnswerBytes = 64 * 1024;

/** Sends an Event once. Never rejects: what goes wrong is an answer too. */
export async function postEvent(
  { spec }: EventSink,
  event: CloudEvent,
  credentials: Credentials,
  signal: AbortSignal,
  { clock, egress }: PostPorts,
): Promise<Answer> {
  const call = new AbortController();
  const abort = (): void => call.abort();
  signal.addEventListener("abort", abort, { once: true });
  let cancel = (): void => {};
  // Resolving a name cannot be aborted, and must not hold anybody up either.
  const tooLate = new Promise<Answer>((resolve) => {
    cancel = clock.setTimer(durationMs(spec.timeout), () => {
      resolve({ kind: "failed", why: `it gave no answer within ${spec.timeout}` });
      call.abort();
    });
  });
  const post = async (): Promise<Answer> => {
    const { headers, body } = requestOf(spec.format, event, credentials, clock.now());
    const ca = spec.caBundle === undefined ? undefined : Buffer.from(spec.caBundle, "base64").toString();
    const options = { headers, body, maxBytes: maxAnswerBytes, signal: call.signal, ...(ca !== undefined && { ca }) };
    const { status, text } = await egress.post(credentials.url, options);
    return readAnswer(status, text);
  };
  try {
    return await Promise.race([post().catch(failure), tooLate]);
  } finally {
    cancel();
    signal.removeEventListener("abort", abort);
  }
}

function failure(error: unknown): Answer {
  return { kind: "failed", why: StatusError.from(error).message };
}

function requestOf(format: EventSink["spec"]["format"], event: CloudEvent, { hmac, token }: Credentials, now: number) {
  const isChat = format === "Slack";
  const body = JSON.stringify(isChat ? { text: chatText(event) } : event);
  const headers = {
    "content-type": isChat ? "application/json" : "application/cloudevents+json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    "idempotency-key": event.id,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(hmac !== undefined && { "plush-signature": signature(hmac, body, now) }),
  };
  return { headers, body };
}
