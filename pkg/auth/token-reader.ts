import { kinds, type ServiceAccount, type Token } from "../api/index.ts";
import { parseTimestamp } from "../clock/index.ts";
import type { TokenReader } from "./authenticate.ts";
import type { Caller } from "./caller.ts";
import { authenticatedGroup } from "./identity.ts";
import { serviceAccountIdentity } from "./service-account.ts";
import { equalHashes, hashOfToken, tokenNameOf } from "./token-text.ts";

export interface TokenReaderOptions {
  /** The Token as it stands, being deleted or not. */
  readonly findToken: (name: string) => Token | undefined;
  readonly findServiceAccount: (namespace: string, name: string) => ServiceAccount | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told of each use. */
  readonly onUse: (token: Token) => void;
}

/** In `expires` of a Token that does not expire. */
const never = "never";
const credentialId = "authentication.kubernetes.io/credential-id";

/** Reads secrets of Tokens. One that is unknown, deleted or expired, or whose service account is gone, is nobody's. */
export function makeTokenReader(options: TokenReaderOptions): TokenReader {
  // The same caller for the same state of a Token: who decides about callers may remember them.
  const callers = new WeakMap<Token, Caller>();
  const findToken = makeTokenFinder(options);
  return async (text) => {
    const token = findToken(text);
    if (token === undefined) return undefined;
    if (token.metadata.deletionTimestamp !== undefined) return undefined;
    const caller = callers.get(token) ?? callerOf(token);
    callers.set(token, caller);
    if (caller.expiresAt !== undefined && caller.expiresAt <= options.now()) return undefined;
    if (!hasSubject(token, options)) return undefined;
    options.onUse(token);
    return caller;
  };
}

/** Secrets that were good lately; as many as clients come at a time. */
const maxRecent = 1000;

/** Finds the Token whose secret a text is; undefined where there is none. */
function makeTokenFinder({ findToken }: TokenReaderOptions): (text: string) => Token | undefined {
  // Good for the very state of the Token that the secret was held against: most requests come with a secret that the
  // one before came with, and need no hash.
  const recent = new Map<string, { readonly name: string; readonly token: Token }>();
  return (text) => {
    const known = recent.get(text);
    const name = known?.name ?? tokenNameOf(text);
    const token = name === undefined ? undefined : findToken(name);
    if (token === undefined || name === undefined || token === known?.token) return token;
    const hash = token.status?.hash;
    if (hash === undefined || !equalHashes(hash, hashOfToken(text))) return undefined;
    if (recent.size >= maxRecent) recent.clear();
    recent.set(text, { name, token });
    return token;
  };
}

/** Milliseconds since 1970; undefined where it does not expire. */
function expiryOf({ spec: { expires = never } }: Token): number | undefined {
  // What is no time has run out: it was not stored by this server.
  return expires === never ? undefined : (parseTimestamp(expires) ?? 0);
}

function callerOf(token: Token): Caller {
  const { user = "", groups = [], serviceAccount } = token.spec;
  const { name = "", uid = "" } = token.metadata;
  const extra = { [credentialId]: [`TOKEN=${name}/${uid}`] };
  const expiresAt = expiryOf(token);
  const identity =
    serviceAccount === undefined
      ? { user, groups: [...new Set([...groups, authenticatedGroup])] }
      : serviceAccountIdentity({ ...serviceAccount, uid: token.status?.serviceAccountUid ?? "" });
  return {
    identity: { ...identity, extra },
    root: { kind: kinds.Token, key: { namespace: "", name }, uid },
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function hasSubject({ spec, status }: Token, { findServiceAccount }: TokenReaderOptions): boolean {
  const { serviceAccount } = spec;
  if (serviceAccount === undefined) return true;
  const found = findServiceAccount(serviceAccount.namespace, serviceAccount.name);
  const { uid, deletionTimestamp } = found?.metadata ?? {};
  return uid !== undefined && uid === status?.serviceAccountUid && deletionTimestamp === undefined;
}
