import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * The secret of a Token: `plush_NAME_` and 49 characters of [0-9A-Za-z]. The name says where to look; 43 characters are
 * 256 random bits; the last 6 are a checksum of all before, so that a program that looks for secrets in files knows one
 * when it sees it, and asks nobody about what only looks like one.
 */
const prefix = "plush_";
const form = /^plush_([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const secretBytes = 32;
const secretLength = 43;
const checksumLength = 6;

/** Makes a new secret for the Token of that name. */
export function makeTokenText(name: string): string {
  const head = `${prefix}${name}_${base62(BigInt(`0x${randomBytes(secretBytes).toString("hex")}`), secretLength)}`;
  return head + checksumOf(head);
}

/** Whether a text wants to be such a secret. */
export function isTokenText(text: string): boolean {
  return text.startsWith(prefix);
}

/** The name in a secret; undefined where it cannot be one. */
export function tokenNameOf(text: string): string | undefined {
  const found = form.exec(text);
  if (found?.[1] === undefined || found[3] === undefined) return undefined;
  return checksumOf(text.slice(0, -checksumLength)) === found[3] ? found[1] : undefined;
}

/** What is kept of a secret. One round of SHA-256 is enough for 256 random bits: there is nothing to guess them by. */
export function hashOfToken(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/** Compares without telling by its time how much is equal. */
export function equalHashes(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function checksumOf(text: string): string {
  return base62(BigInt(crc32(text)), checksumLength);
}

function base62(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; text.length < length; rest /= 62n) text = `${alphabet.charAt(Number(rest % 62n))}${text}`;
  return text;
}
