import type { Secret } from "./generated/types.ts";

/** The bytes of one value; undefined where the key is missing. */
function secretBytes(secret: Secret, key: string): Uint8Array | undefined {
  const encoded = secret.data !== undefined && Object.hasOwn(secret.data, key) ? secret.data[key] : undefined;
  if (encoded === undefined) return undefined;
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}

/** One value as UTF-8 text; undefined where the key is missing. */
export function secretText(secret: Secret, key: string): string | undefined {
  const bytes = secretBytes(secret, key);
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}
