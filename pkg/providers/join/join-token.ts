import { createHash, randomBytes } from "node:crypto";
import type { JoinToken } from "../../api/index.ts";
import { formatTimestamp, parseTimestamp } from "../../clock/index.ts";

/** The secret names its pool, so that a host has one text to be given. */
export function makeJoinSecret(pool: string): string {
  return `plushjoin_${pool}_${randomBytes(32).toString("base64url")}`;
}

/** Undefined where a text is none. */
export function poolOfSecret(secret: string): string | undefined {
  return /^plushjoin_([a-z0-9][a-z0-9.-]{0,252})_[A-Za-z0-9_-]{43}$/.exec(secret)?.[1];
}

export function joinToken(secret: string, uses: number, expiresAt: number): JoinToken {
  return { hash: hashOf(secret), uses, expires: formatTimestamp(expiresAt) };
}

/** Tokens that are good still. */
export function liveTokens(tokens: readonly JoinToken[], nowAt: number): readonly JoinToken[] {
  return tokens.filter(({ expires }) => (parseTimestamp(expires) ?? 0) > nowAt);
}

/** The tokens that are left once one host has joined by this secret; undefined: it is none of them. */
export function redeem(tokens: readonly JoinToken[], secret: string, nowAt: number): readonly JoinToken[] | undefined {
  const hash = hashOf(secret);
  const live = liveTokens(tokens, nowAt);
  if (!live.some((token) => token.hash === hash)) return undefined;
  return live.flatMap((token) => {
    if (token.hash !== hash) return [token];
    return token.uses > 1 ? [{ ...token, uses: token.uses - 1 }] : [];
  });
}

/** One round is enough for 256 random bits: there is nothing to guess them by. */
function hashOf(secret: string): string {
  return `sha256:${createHash("sha256").update(secret).digest("hex")}`;
}
