import { type Hook, type RecoveryAction, type Secret, secretText } from "../api/index.ts";
import { type Clock, durationMs } from "../clock/index.ts";
import type { Egress } from "../egress/index.ts";
import { StatusError } from "../status/index.ts";
import { type HookReply, readReply } from "./answer-plan.ts";
import { signature } from "./signature.ts";

export interface CallPorts {
  readonly clock: Clock;
  readonly egress: Pick<Egress, "post">;
  /** A Secret of the hook's namespace. */
  readonly secret: (namespace: string, name: string) => Secret | undefined;
}

export interface CallRequest {
  readonly hook: Hook;
  readonly id: string;
  readonly body: string;
  readonly allowed: readonly RecoveryAction[];
  readonly signal: AbortSignal;
}

/** Key of the Secret that signs. */
export const hmacKey = "hmac";

/** No answer that makes sense comes near it. */
const maxAnswerBytes = 64 * 1024;

/** Asks a hook once. Never rejects: what goes wrong is an answer too. */
export async function callHook(request: CallRequest, ports: CallPorts): Promise<HookReply> {
  const { hook, signal } = request;
  const key = signingKey(hook, ports);
  if (typeof key === "object") return { kind: "bad", why: key.missing };
  const timeoutMs = durationMs(hook.spec.timeout);
  const call = new AbortController();
  const abort = (): void => call.abort();
  signal.addEventListener("abort", abort, { once: true });
  let cancel = (): void => {};
  // Resolving a name cannot be aborted, and must not hold up the answer either.
  const tooLate = new Promise<HookReply>((resolve) => {
    cancel = ports.clock.setTimer(timeoutMs, () => {
      resolve({ kind: "bad", why: `gave no answer within ${hook.spec.timeout}` });
      call.abort();
    });
  });
  try {
    return await Promise.race([post(request, key, call.signal, ports), tooLate]);
  } finally {
    cancel();
    signal.removeEventListener("abort", abort);
  }
}

async function post(
  { hook, id, body, allowed }: CallRequest,
  key: string | undefined,
  signal: AbortSignal,
  { clock, egress }: CallPorts,
): Promise<HookReply> {
  const { url, caBundle } = hook.spec;
  const headers = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "idempotency-key": id,
    ...(key !== undefined && { "plush-signature": signature(key, body, clock.now()) }),
  };
  const ca = caBundle === undefined ? undefined : Buffer.from(caBundle, "base64").toString();
  try {
    const options = { headers, body, maxBytes: maxAnswerBytes, signal, ...(ca !== undefined && { ca }) };
    const { status, text } = await egress.post(url, options);
    return readReply(status, text, allowed);
  } catch (error) {
    return { kind: "bad", why: `gave no good answer: ${StatusError.from(error).message}` };
  }
}

/** Undefined: the hook wants no signature. */
function signingKey({ metadata, spec }: Hook, { secret }: CallPorts): string | { missing: string } | undefined {
  if (spec.secretRef === undefined) return undefined;
  const { name } = spec.secretRef;
  const found = secret(metadata.namespace ?? "", name);
  if (found === undefined) return { missing: `is not asked: Secret ${name} is not there` };
  const key = secretText(found, hmacKey);
  return key === undefined || key === "" ? { missing: `is not asked: Secret ${name} has no key ${hmacKey}` } : key;
}
