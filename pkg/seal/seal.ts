import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";

/** A text and Ed25519's signature over its UTF-8 bytes, base64. */
export interface Sealed {
  readonly payload: string;
  readonly signature: string;
}

/** PEM texts: PKCS#8 and SPKI. */
export interface SealKeys {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Makes a new pair of keys; the private one is returned in clear and is the caller's to protect. */
export function makeSealKeys(): SealKeys {
  return generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
}

/** Signs a text with an Ed25519 private key. */
export function seal(payload: string, privateKey: string | KeyObject): Sealed {
  return { payload, signature: signatureOf(Buffer.from(payload), privateKey) };
}

/** The signature over the bytes of a text alone. */
export function signatureOf(bytes: Uint8Array, privateKey: string | KeyObject): string {
  return sign(null, bytes, privateKey).toString("base64");
}

/** The text, if the signature over it is that of the public key's owner; undefined for anything else, broken input included. */
export function unseal(sealed: Sealed, publicKey: string | KeyObject): string | undefined {
  try {
    const key = typeof publicKey === "string" ? publicKeyOf(publicKey) : publicKey;
    const valid = verify(null, Buffer.from(sealed.payload), key, Buffer.from(sealed.signature, "base64"));
    return valid ? sealed.payload : undefined;
  } catch {
    return undefined; // a key or signature that cannot be read vouches for nothing
  }
}

/** The key that was read last: whoever verifies much does so with one, and reading it takes as long as verifying. */
let lastKey: { readonly text: string; readonly key: KeyObject } | undefined;

function publicKeyOf(text: string): KeyObject {
  if (lastKey?.text !== text) lastKey = { text, key: createPublicKey(text) };
  return lastKey.key;
}
