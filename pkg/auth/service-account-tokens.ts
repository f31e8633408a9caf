import { randomUUID } from "node:crypto";
import { exportJWK, type JSONWebKeySet, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { type KubeObject, kinds, type ServiceAccount } from "../api/index.ts";
import type { TokenReader } from "./authenticate.ts";
import type { Caller } from "./caller.ts";
import { RecentTokens } from "./recent-tokens.ts";
import { type ServiceAccountName, serviceAccountIdentity, serviceAccountUser } from "./service-account.ts";
import type { SigningKey } from "./signing-key.ts";

/** A token of a service account as it is asked for. */
export interface ServiceAccountTokenRequest {
  readonly account: ServiceAccountName;
  /** Who is to take it; empty: this server. */
  readonly audiences: readonly string[];
  readonly expiresInSeconds: number;
  /** A Secret with which the token ends too. */
  readonly secret?: { readonly name: string; readonly uid: string };
}

export interface SignedToken {
  readonly token: string;
  readonly audiences: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Signs tokens of service accounts: Kubernetes' claims, ES256. None of them is kept. */
export interface ServiceAccountSigner {
  sign(request: ServiceAccountTokenRequest): Promise<SignedToken>;
  /** The public key, for who checks tokens by himself (RFC 7517). */
  keySet(): Promise<JSONWebKeySet>;
}

const algorithm = "ES256";
const privateClaim = "kubernetes.io";

export function makeServiceAccountSigner(options: {
  readonly key: SigningKey;
  /** Also who the tokens are for that do not say. */
  readonly issuer: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}): ServiceAccountSigner {
  const { key, issuer, now } = options;
  return {
    async sign({ account, audiences, expiresInSeconds, secret }) {
      const { namespace, name, uid } = account;
      const issuedAt = Math.floor(now() / 1000);
      const aud = audiences.length === 0 ? [issuer] : [...audiences];
      const claim = { namespace, serviceaccount: { name, uid }, ...(secret !== undefined && { secret }) };
      const token = await new SignJWT({ [privateClaim]: claim })
        .setProtectedHeader({ alg: algorithm, kid: key.id })
        .setIssuer(issuer)
        .setSubject(serviceAccountUser(namespace, name))
        .setAudience(aud)
        .setIssuedAt(issuedAt)
        .setNotBefore(issuedAt)
        .setExpirationTime(issuedAt + expiresInSeconds)
        .setJti(randomUUID())
        .sign(key.privateKey);
      return { token, audiences: aud, expiresAt: (issuedAt + expiresInSeconds) * 1000 };
    },
    async keySet() {
      const jwk = await exportJWK(key.publicKey);
      return { keys: [{ ...jwk, kid: key.id, alg: algorithm, use: "sig" }] };
    },
  };
}

export interface ServiceAccountReaderOptions {
  readonly key: SigningKey;
  readonly issuers: readonly string[];
  readonly findServiceAccount: (namespace: string, name: string) => ServiceAccount | undefined;
  readonly findSecret: (namespace: string, name: string) => KubeObject | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Reads what the signer has signed, whatever its audience is: that is the caller's `audiences`. */
export function makeServiceAccountReader(options: ServiceAccountReaderOptions): TokenReader {
  const { now } = options;
  const recent = new RecentTokens<Claims>();
  return async (token) => {
    const known = recent.get(token, now());
    const claims = known ?? (await verify(token, options));
    if (claims === undefined) return undefined;
    if (known === undefined) recent.keep(token, claims, claims.expiresAt);
    return isStanding(claims, options) ? claims.caller : undefined;
  };
}

interface Claims {
  readonly account: ServiceAccountName;
  readonly secret: { readonly name: string; readonly uid: string } | undefined;
  readonly expiresAt: number;
  readonly caller: Caller;
}

async function verify(token: string, { key, issuers, now }: ServiceAccountReaderOptions): Promise<Claims | undefined> {
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [algorithm],
      issuer: [...issuers],
      requiredClaims: ["exp", "sub", "aud", privateClaim],
      currentDate: new Date(now()),
    });
    return claimsOf(payload);
  } catch {
    // Whatever is wrong with it: it is not one of ours, or not any more.
    return undefined;
  }
}

/** What a token that we have signed ourselves says. */
function claimsOf(payload: JWTPayload): Claims {
  const { namespace, serviceaccount, secret } = payload[privateClaim] as {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly secret?: { readonly name: string; readonly uid: string };
  };
  const account = { namespace, ...serviceaccount };
  const expiresAt = (payload.exp ?? 0) * 1000;
  const { aud = [], jti = "" } = payload;
  const { name, uid } = account;
  const caller: Caller = {
    identity: {
      ...serviceAccountIdentity(account),
      extra: { "authentication.kubernetes.io/credential-id": [`JTI=${jti}`] },
    },
    root: { kind: kinds.ServiceAccount, key: { namespace, name }, uid },
    expiresAt,
    audiences: typeof aud === "string" ? [aud] : aud,
  };
  return { account, secret, expiresAt, caller };
}

/** Whether what the token was made for is there, and is the same. */
function isStanding({ account, secret }: Claims, options: ServiceAccountReaderOptions): boolean {
  const { namespace, name, uid } = account;
  if (!isSame(options.findServiceAccount(namespace, name), uid)) return false;
  return secret === undefined || isSame(options.findSecret(namespace, secret.name), secret.uid);
}

function isSame(object: KubeObject | undefined, uid: string): boolean {
  return object?.metadata.uid === uid && object.metadata.deletionTimestamp === undefined;
}
