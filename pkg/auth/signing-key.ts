import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeDirectory } from "../disk/index.ts";
import { writeSecretFile } from "./pki.ts";

/** The key with which tokens of service accounts are signed: ES256. */
export interface SigningKey {
  /** Names the key in tokens and key sets: the hash of its public half. */
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const fileName = "service-account.pem";

/** Reads the key from the directory, or makes it there at the first start (0600). Rejects where the file is no such key. */
export async function ensureSigningKey(directory: string): Promise<SigningKey> {
  makeDirectory(directory);
  const file = join(directory, fileName);
  const existing = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (existing !== undefined) return readKey(file, existing);
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const text = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  await writeSecretFile(file, text);
  return readKey(file, text);
}

function readKey(file: string, text: string): SigningKey {
  try {
    const privateKey = createPrivateKey(text);
    if (privateKey.asymmetricKeyDetails?.namedCurve !== "prime256v1") throw new Error("not a key of P-256");
    const publicKey = createPublicKey(privateKey);
    const id = createHash("sha256")
      .update(publicKey.export({ type: "spki", format: "der" }))
      .digest("base64url");
    return { id, privateKey, publicKey };
  } catch (error) {
    throw new Error(`${file} holds no key to sign tokens with`, { cause: error });
  }
}
