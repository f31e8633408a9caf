import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeSecretFile } from "../auth/index.ts";
import { isObject, type JsonObject, lastAppliedAnnotation } from "../merge/index.ts";
import { StatusError } from "../status/index.ts";
import { frozen } from "./frozen.ts";
import { rawMetadata } from "./raw-metadata.ts";

/**
 * Keeps what Secrets hold unreadable at rest: `data`, and the copy of it in the last-applied annotation, are stored as
 * one AES-256-GCM text under `sealed`. Bound to the object's uid, so that a text cannot be moved to another object.
 */
export interface Sealer {
  seal(object: JsonObject): JsonObject;
  /** The same object for the same stored value, so that it can be compared and cached by identity. */
  open(stored: JsonObject): JsonObject;
}

const algorithm = "aes-256-gcm";
const version = "v1";
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** Reads the key in `directory`, making it at the first start. Throws where the file is no key. */
export async function openSealer(directory: string): Promise<Sealer> {
  const path = join(directory, "secrets.key");
  const key = await readKey(path);
  if (key !== undefined && key.length !== keyBytes) throw new Error(`${path} holds no key for Secrets`);
  if (key !== undefined) return makeSealer(key);
  const made = randomBytes(keyBytes);
  await writeSecretFile(path, `${made.toString("base64")}\n`);
  return makeSealer(made);
}

export function makeSealer(key: Buffer): Sealer {
  if (key.length !== keyBytes) throw new Error(`the key for Secrets must have ${keyBytes} bytes, not ${key.length}`);
  const opened = new WeakMap<JsonObject, JsonObject>();
  return {
    seal(object) {
      const { data, ...rest } = object;
      const { kept, lastApplied } = splitAnnotations(rest["metadata"]);
      const text = JSON.stringify({ data, lastApplied });
      const sealed: JsonObject = { ...rest, metadata: kept, sealed: encrypt(key, text, uidOf(object)) };
      opened.set(sealed, frozen(object));
      return sealed;
    },
    open(stored) {
      const known = opened.get(stored);
      if (known !== undefined) return known;
      const object = unseal(key, stored);
      opened.set(stored, object);
      return object;
    },
  };
}

function unseal(key: Buffer, stored: JsonObject): JsonObject {
  const { sealed, ...rest } = stored;
  if (typeof sealed !== "string") return stored;
  const content: unknown = JSON.parse(decryptFor(key, sealed, stored));
  const { data, lastApplied } = isObject(content) ? content : { data: undefined, lastApplied: undefined };
  const metadata = isObject(rest["metadata"]) ? rest["metadata"] : {};
  const annotations = isObject(metadata["annotations"]) ? metadata["annotations"] : {};
  return frozen({
    ...rest,
    ...(lastApplied !== undefined && {
      metadata: { ...metadata, annotations: { ...annotations, [lastAppliedAnnotation]: lastApplied } },
    }),
    ...(data !== undefined && { data }),
  });
}

function decryptFor(key: Buffer, sealed: string, stored: JsonObject): string {
  try {
    return decrypt(key, sealed, uidOf(stored));
  } catch (error) {
    const { namespace, name } = rawMetadata(stored);
    throw new StatusError(
      "InternalError",
      `Secret ${String(namespace)}/${String(name)} cannot be opened with this server's key`,
      { cause: error },
    );
  }
}

function encrypt(key: Buffer, text: string, uid: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(uid));
  const parts = [iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
  return `${version}:${Buffer.concat(parts).toString("base64")}`;
}

function decrypt(key: Buffer, sealed: string, uid: string): string {
  const bytes = Buffer.from(sealed.slice(version.length + 1), "base64");
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(uid)).setAuthTag(bytes.subarray(bytes.length - tagBytes));
  return decipher.update(bytes.subarray(ivBytes, bytes.length - tagBytes), undefined, "utf8") + decipher.final("utf8");
}

function splitAnnotations(metadata: unknown): { readonly kept: unknown; readonly lastApplied: unknown } {
  const annotations = isObject(metadata) ? metadata["annotations"] : undefined;
  if (!isObject(metadata) || !isObject(annotations) || !(lastAppliedAnnotation in annotations))
    return { kept: metadata, lastApplied: undefined };
  const { [lastAppliedAnnotation]: lastApplied, ...others } = annotations;
  return { kept: { ...metadata, annotations: others }, lastApplied };
}

function uidOf(object: JsonObject): string {
  return String(rawMetadata(object)["uid"]);
}

async function readKey(path: string): Promise<Buffer | undefined> {
  try {
    return Buffer.from(await readFile(path, "utf8"), "base64");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
