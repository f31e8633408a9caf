import { type PeerCertificate, TLSSocket } from "node:tls";
import { StatusError } from "../status/index.ts";
import type { Caller } from "./caller.ts";
import { anonymous, authenticatedGroup, type Identity } from "./identity.ts";

/** Finds who a bearer token belongs to; undefined where it belongs to nobody, or is not good any more. */
export type TokenReader = (token: string) => Promise<Caller | undefined>;

/** The part of a request that says who makes it. */
export interface Credentials {
  readonly socket: unknown;
  /** The Authorization header. */
  readonly authorization: string | undefined;
}

/** Tells who makes a request; throws Unauthorized where credentials were shown and are not good. */
export type Authenticator = (credentials: Credentials) => Promise<Caller>;

const nobody: Caller = { identity: anonymous };

export interface AuthenticatorOptions {
  readonly readToken?: TokenReader;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * Authenticates by client certificate (signed by the authority that the TLS server trusts; CN is the user, O the
 * groups), else by bearer token. Who shows nothing is anonymous; who shows what is not good is refused.
 */
export function makeAuthenticator({ readToken, now = Date.now }: AuthenticatorOptions = {}): Authenticator {
  // A connection's certificate cannot change, and reading it costs more than the rest of a small request.
  const bySocket = new WeakMap<TLSSocket, Certificate>();
  const certificateOf = (socket: unknown): Certificate => {
    if (!(socket instanceof TLSSocket)) return "none";
    const found = bySocket.get(socket) ?? readCertificate(socket);
    bySocket.set(socket, found);
    return found;
  };
  return async ({ socket, authorization }) => {
    const certificate = certificateOf(socket);
    if (typeof certificate === "object") {
      // A connection may outlive the certificate that opened it.
      if (certificate.expiresAt <= now()) throw unauthorized();
      return certificate;
    }
    if (authorization === undefined && certificate === "none") return nobody;
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
    const caller = token === undefined ? undefined : await readToken?.(token);
    if (caller === undefined) throw unauthorized();
    return knownCaller(caller);
  };
}

function knownCaller(caller: Caller): Caller {
  const identity = withAuthenticated(caller.identity);
  return identity === caller.identity ? caller : { ...caller, identity };
}

function unauthorized(): StatusError {
  return new StatusError("Unauthorized", "Unauthorized");
}

/** Whom a certificate names; bad: nobody, because it has run out or is not of our authority. */
type Certificate = (Caller & { readonly expiresAt: number }) | "none" | "bad";

function readCertificate(socket: TLSSocket): Certificate {
  // Without a certificate the answer is {}: the types do not say so.
  const shown: Partial<PeerCertificate> = socket.getPeerCertificate();
  if (shown.subject === undefined) return "none";
  // Several organisations are a list: the types do not say that either.
  const { CN, O }: Partial<Record<"CN" | "O", unknown>> = shown.subject;
  const [user] = toList(CN);
  if (!socket.authorized || user === undefined) return "bad";
  const expiresAt = Date.parse(shown.valid_to ?? "");
  return { identity: withAuthenticated({ user, groups: toList(O) }), expiresAt };
}

/** One value of a distinguished name is text, several are a list. */
function toList(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string" && item !== "");
}

/** Whoever has shown a good credential belongs to this group. */
function withAuthenticated(identity: Identity): Identity {
  if (identity.groups.includes(authenticatedGroup)) return identity;
  return { ...identity, groups: [...identity.groups, authenticatedGroup] };
}
