import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ssh2 from "ssh2";
import { isWholeKey } from "./openssh-key.ts";

/** A key to log in with to machines that this server makes itself. */
export interface KeyPair {
  /** In OpenSSH's format. */
  readonly privateKey: string;
  /** A line of authorized_keys. */
  readonly publicKey: string;
}

/** The key pair in a directory, made at the first time. Nobody else can read it. */
export async function ensureKeyPair(directory: string): Promise<KeyPair> {
  const path = join(directory, "id_ed25519.json");
  const known = await readFile(path, "utf8").catch(() => undefined);
  if (known !== undefined) return readPair(known, path);
  const made = generateWhole();
  const pair: KeyPair = { privateKey: made.private, publicKey: made.public };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const scratch = `${path}.${randomUUID()}`;
  await writeFile(scratch, JSON.stringify(pair), { mode: 0o600 });
  // Whoever is first has made it; all others go by what lies there then.
  await link(scratch, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(scratch);
  return readPair(await readFile(path, "utf8"), path);
}

/** One in some hundreds that the library makes lacks a zero at its front, and is read by nobody. */
function generateWhole(): ReturnType<typeof ssh2.utils.generateKeyPairSync> {
  for (;;) {
    const made = ssh2.utils.generateKeyPairSync("ed25519", { comment: "plush" });
    if (isWholeKey(made.private)) return made;
  }
}

function readPair(text: string, path: string): KeyPair {
  const pair: unknown = JSON.parse(text);
  if (typeof pair === "object" && pair !== null && "privateKey" in pair && "publicKey" in pair) {
    const { privateKey, publicKey } = pair;
    if (typeof privateKey === "string" && typeof publicKey === "string") return { privateKey, publicKey };
  }
  throw new Error(`${path} holds no key pair`);
}
