import { type EventSink, type Secret, secretText } from "../api/index.ts";

/** Keys of a sink's Secret. */
const keys = { hmac: "hmac", token: "token", url: "url" } as const;

/** Where a sink sends, and what it shows there. */
export interface Credentials {
  readonly url: string;
  readonly hmac?: string;
  readonly token?: string;
}

/** Why a sink cannot send. */
export interface CredentialFault {
  readonly reason: "ReferenceNotFound" | "KeyNotFound";
  readonly message: string;
}

/** Of a sink and the Secret that it names, where that is there. */
export function credentialsOf({ spec }: EventSink, secret: Secret | undefined): Credentials | CredentialFault {
  const name = spec.secretRef?.name;
  if (name !== undefined && secret === undefined)
    return { reason: "ReferenceNotFound", message: `Secret ${name} is not there: nothing is sent` };
  const [hmac, token, secretUrl] = [keys.hmac, keys.token, keys.url].map((key) =>
    secret === undefined ? undefined : secretText(secret, key)?.trim() || undefined,
  );
  const url = spec.url ?? secretUrl;
  if (url === undefined) return { reason: "KeyNotFound", message: `Secret ${name} has no key url: nothing is sent` };
  if (name !== undefined && hmac === undefined && token === undefined && secretUrl === undefined)
    return { reason: "KeyNotFound", message: `Secret ${name} has none of hmac, token and url: nothing is sent` };
  return { url, ...(hmac !== undefined && { hmac }), ...(token !== undefined && { token }) };
}
