import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { Clock } from "../../clock/index.ts";
import type { Logger } from "../../log/index.ts";
import type { TokenReader } from "../authenticate.ts";
import type { Caller } from "../caller.ts";
import { RecentTokens } from "../recent-tokens.ts";
import { identityOfClaims, type OidcClaims } from "./claims.ts";
import { type FetchJson, IssuerKeys } from "./issuer-keys.ts";

export interface OidcReaderOptions extends OidcClaims {
  /** The audience that tokens must name. */
  readonly clientId: string;
  /** Default RS256. Only algorithms with a public key. */
  readonly signingAlgorithms?: readonly string[];
  readonly fetchJson: FetchJson;
  readonly clock: Clock;
  readonly log: Logger;
}

/** So long a token that was found good is not checked again. */
const recentMs = 10_000;

/**
 * Reads ID tokens of an OpenID Connect issuer. What goes on for long under one does not end with it, as in Kubernetes:
 * such tokens last for minutes, and are renewed without anybody being told.
 */
export function makeOidcReader(options: OidcReaderOptions): TokenReader {
  const { issuer, fetchJson, clock, log } = options;
  const keys = new IssuerKeys({ issuer, fetchJson, clock, log });
  const recent = new RecentTokens<Caller>();
  return async (token) => {
    const known = recent.get(token, clock.now());
    if (known !== undefined) return known;
    const claims = await verify(token, keys, options);
    const identity = typeof claims === "string" ? claims : identityOfClaims(claims, options);
    if (typeof claims === "string" || typeof identity === "string") {
      // Says which check failed, and nothing of the token.
      log.debug({ issuer, reason: identity }, "token of the openid connect issuer refused");
      return undefined;
    }
    const caller: Caller = { identity };
    recent.keep(token, caller, Math.min(clock.now() + recentMs, (claims.exp ?? 0) * 1000));
    return caller;
  };
}

/** The claims of a token that is good, or what is wrong with it. */
async function verify(token: string, keys: IssuerKeys, options: OidcReaderOptions): Promise<JWTPayload | string> {
  const first = await verifyWith(await keys.current(), token, options);
  return first === unknownKey ? verifyWith(await keys.renewed(), token, options) : first;
}

const unknownKey = "signed with a key that the issuer does not have";

async function verifyWith(
  keys: JWTVerifyGetKey | undefined,
  token: string,
  { issuer, clientId, signingAlgorithms = ["RS256"], clock }: OidcReaderOptions,
): Promise<JWTPayload | string> {
  if (keys === undefined) return "the issuer's keys are not known";
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      algorithms: [...signingAlgorithms],
      requiredClaims: ["exp"],
      currentDate: new Date(clock.now()),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return unknownKey;
    return error instanceof Error ? error.message : "unreadable";
  }
}
