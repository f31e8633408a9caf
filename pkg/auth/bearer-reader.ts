import { decodeJwt } from "jose";
import type { TokenReader } from "./authenticate.ts";
import { isTokenText } from "./token-text.ts";

export interface BearerReaderOptions {
  /** Reads secrets of Tokens. */
  readonly tokens: TokenReader;
  /** Reads web tokens, by who issued them. */
  readonly issuers: ReadonlyMap<string, TokenReader>;
}

/** Gives a bearer token to who can read it. */
export function makeBearerReader({ tokens, issuers }: BearerReaderOptions): TokenReader {
  return async (text) => {
    if (isTokenText(text)) return tokens(text);
    const issuer = issuerOf(text);
    return issuer === undefined ? undefined : issuers.get(issuer)?.(text);
  };
}

/** Reads what is meant for this server, which goes by these names. */
export function forAudiences(read: TokenReader, audiences: readonly string[]): TokenReader {
  return async (text) => {
    const caller = await read(text);
    const isOurs = caller?.audiences?.some((audience) => audiences.includes(audience)) ?? true;
    return isOurs ? caller : undefined;
  };
}

/** What a web token says of its issuer, unchecked. */
function issuerOf(text: string): string | undefined {
  if (text.split(".").length !== 3) return undefined;
  try {
    return decodeJwt(text).iss;
  } catch {
    return undefined;
  }
}
