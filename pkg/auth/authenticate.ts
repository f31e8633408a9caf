import { TLSSocket } from "node:tls";
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

/**
 * Authenticates by client certificate (signed by the authority that the TLS server trusts; CN is the user, O the
 * groups), else by bearer token. Who shows nothing is anonymous.
 */
export function makeAuthenticator(options: { readonly readToken?: TokenReader } = {}): Authenticator {
  // A connection's certificate cannot change, and reading it costs more than the rest of a small request.
  const bySocket = new WeakMap<TLSSocket, Caller>();
  return async ({ socket, authorization }) => {
    if (socket instanceof TLSSocket) {
      const known = bySocket.get(socket) ?? certificateCaller(socket);
      if (known !== undefined) {
        bySocket.set(socket, known);
        return known;
      }
    }
    if (authorization === undefined) return nobody;
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    const caller = token === undefined ? undefined : await options.readToken?.(token);
    if (caller === undefined) throw new StatusError("Unauthorized", "Unauthorized");
    const identity = withAuthenticated(caller.identity);
    return identity === caller.identity ? caller : { ...caller, identity };
  };
}

function certificateCaller(socket: TLSSocket): Caller | undefined {
  const identity = certificateIdentity(socket);
  return identity && { identity };
}

function certificateIdentity(socket: TLSSocket): Identity | undefined {
  if (!socket.authorized) return undefined;
  // Without a certificate the answer is {}: the types do not say so.
  const subject: Partial<Record<"CN" | "O", unknown>> | undefined = socket.getPeerCertificate().subject;
  const user = toList(subject?.CN)[0];
  return user === undefined ? undefined : withAuthenticated({ user, groups: toList(subject?.O) });
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
