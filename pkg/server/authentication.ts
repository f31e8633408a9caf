import { keyOf, kinds, type Token } from "../api/index.ts";
import type { Api, ExtraRoute } from "../apiserver/index.ts";
import {
  controllerIdentity,
  forAudiences,
  makeBearerReader,
  makeOidcReader,
  makeServiceAccountReader,
  makeServiceAccountSigner,
  makeTokenReader,
  type ServiceAccountSigner,
  type TokenReader,
} from "../auth/index.ts";
import { formatTimestamp, parseTimestamp } from "../clock/index.ts";
import type { Egress } from "../egress/index.ts";
import { StatusError } from "../status/index.ts";
import { makeFetchJson } from "./fetch-json.ts";
import type { Foundation } from "./foundation.ts";
import { makeIssuerRoutes } from "./issuer-routes.ts";
import type { ServerOptions } from "./server-options.ts";
import { makeTokenReviewRoute } from "./token-review.ts";

/**
 * Who signs tokens of service accounts: an address that the operator names, else the cluster. Tokens in the name of the
 * cluster stay good when he does.
 */
function tokenIssuers({ serviceAccountIssuer }: ServerOptions, { store }: Foundation): readonly [string, ...string[]] {
  const own = `plush/${store.clusterUid}`;
  return serviceAccountIssuer === undefined ? [own] : [serviceAccountIssuer, own];
}

export function makeTokenSigner(options: ServerOptions, foundation: Foundation): ServiceAccountSigner {
  const [issuer] = tokenIssuers(options, foundation);
  const { signingKey, clock } = foundation;
  return makeServiceAccountSigner({ key: signingKey, issuer, now: () => clock.now() });
}

/** What the server needs to know who comes with a bearer token, and what it tells others about tokens. */
export interface Authentication {
  readonly readToken: TokenReader;
  readonly routes: readonly ExtraRoute[];
}

export interface AuthenticationParts {
  readonly api: Api;
  readonly egress: Egress;
}

export function makeAuthentication(
  options: ServerOptions,
  foundation: Foundation,
  parts: AuthenticationParts,
): Authentication {
  const read = makeTokenReaders(options, foundation, parts);
  const issuers = tokenIssuers(options, foundation);
  return {
    readToken: forAudiences(read, issuers),
    routes: [
      makeTokenReviewRoute({ read, audiences: issuers }),
      ...makeIssuerRoutes({ issuer: options.serviceAccountIssuer, signer: makeTokenSigner(options, foundation) }),
    ],
  };
}

/** Reads every kind of bearer token that this server takes, whatever its audience is. */
function makeTokenReaders(
  options: ServerOptions,
  foundation: Foundation,
  { api, egress }: AuthenticationParts,
): TokenReader {
  const { clock, log, signingKey: key } = foundation;
  const now = (): number => clock.now();
  const findServiceAccount = (namespace: string, name: string) => api.find(kinds.ServiceAccount, { namespace, name });
  const findSecret = (namespace: string, name: string) => api.find(kinds.Secret, { namespace, name });
  const findToken = (name: string) => api.find(kinds.Token, { namespace: "", name });
  const issuers = tokenIssuers(options, foundation);
  const accounts = makeServiceAccountReader({ key, issuers, findServiceAccount, findSecret, now });
  const readers = new Map(issuers.map((issuer) => [issuer, accounts] as const));
  const { oidc } = options;
  if (oidc !== undefined) {
    if (readers.has(oidc.issuer))
      throw new StatusError("BadRequest", "--oidc-issuer-url and --service-account-issuer must be different");
    readers.set(oidc.issuer, makeOidcReader({ ...oidc, clock, log, fetchJson: makeFetchJson(egress, oidc.ca) }));
  }
  const tokens = makeTokenReader({ findToken, findServiceAccount, now, onUse: recordUse(api, foundation) });
  return makeBearerReader({ tokens, issuers: readers });
}

/** So exactly it is known when a token was used last: not every request is worth a write. */
const lastUsedEveryMs = 3_600_000;

/** Writes down that a token is used, the first time at once and then at most once an hour. */
function recordUse(api: Api, { clock, log }: Foundation): (token: Token) => void {
  const client = api.localClient(controllerIdentity);
  // States of tokens whose use is written, or could not be: the next state is looked at again.
  const seen = new WeakSet<Token>();
  return (token) => {
    const { lastUsed = "" } = token.status ?? {};
    const now = clock.now();
    if (now - (parseTimestamp(lastUsed) ?? 0) < lastUsedEveryMs || seen.has(token)) return;
    seen.add(token);
    const { uid } = token.metadata;
    const body = { metadata: { uid }, status: { lastUsed: formatTimestamp(now) } };
    client
      .patch(kinds.Token, keyOf(token), { type: "merge", body }, { subresource: "status" })
      .catch((err: unknown) => {
        log.warn({ err, tokenName: token.metadata.name }, "last use of a token was not recorded");
      });
  };
}
