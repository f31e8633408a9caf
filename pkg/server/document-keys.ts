import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeSecretFile } from "../auth/index.ts";
import { makeDirectory } from "../disk/index.ts";
import { makeSealKeys, signatureOf } from "../seal/index.ts";

/** The key pair with which documents to agents are signed; agents pin the public half when they are brought up. */
export interface DocumentKeys {
  /** SPKI PEM. */
  readonly publicKey: string;
  /** Ed25519 over the bytes, base64. */
  sign(bytes: Uint8Array): string;
}

/** Reads the key from the directory, or makes it there at the first start (0600). */
export async function ensureDocumentKeys(directory: string): Promise<DocumentKeys> {
  makeDirectory(directory);
  const file = join(directory, "document-key.pem");
  const existing = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const text = existing ?? makeSealKeys().privateKey;
  if (existing === undefined) await writeSecretFile(file, text);
  // Once: to read a key takes longer than to sign with it.
  const privateKey = readKey(file, text);
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  return { publicKey, sign: (bytes) => signatureOf(bytes, privateKey) };
}

function readKey(file: string, text: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw new Error(`${file} holds no key to sign documents with`, { cause: error });
  }
}
