import type { ExtraRoute } from "../apiserver/index.ts";
import type { Caller, TokenReader } from "../auth/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import { StatusError } from "../status/index.ts";

export interface TokenReviewOptions {
  /** Reads a token whatever its audience is. */
  readonly read: TokenReader;
  /** Names of this server; the first is for whom tokens are that do not say. */
  readonly audiences: readonly [string, ...string[]];
}

/** TokenReview of authentication.k8s.io/v1: tells another program who a token belongs to, and for whom it is. */
export function makeTokenReviewRoute(options: TokenReviewOptions): ExtraRoute {
  return {
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/tokenreviews",
    async handle({ body }) {
      const review: JsonObject = isObject(body) ? body : {};
      const spec: JsonObject = isObject(review["spec"]) ? review["spec"] : {};
      const { token, audiences } = spec;
      if (typeof token !== "string" || token === "")
        throw new StatusError("Invalid", 'TokenReview.authentication.k8s.io "" is invalid: spec.token: Required value');
      const wanted = Array.isArray(audiences) ? audiences.map(String) : [];
      const { token: _secret, ...shown } = spec;
      const answer = {
        kind: "TokenReview",
        apiVersion: "authentication.k8s.io/v1",
        metadata: { creationTimestamp: null },
        spec: shown,
        status: statusOf(await options.read(token), wanted, options),
      };
      return { code: 201, contentType: "application/json", body: JSON.stringify(answer) };
    },
  };
}

function statusOf(caller: Caller | undefined, wanted: readonly string[], { audiences }: TokenReviewOptions): object {
  if (caller === undefined) return { authenticated: false, user: {}, error: "invalid bearer token" };
  const own = caller.audiences ?? [audiences[0]];
  const shared = own.filter((audience) => (wanted.length === 0 ? audiences : wanted).includes(audience));
  if (shared.length === 0)
    return {
      authenticated: false,
      user: {},
      error: `token audiences ${JSON.stringify(own)} is invalid for the target`,
    };
  const { user: username, groups, uid, extra } = caller.identity;
  return {
    authenticated: true,
    user: { username, groups, ...(uid !== undefined && { uid }), ...(extra !== undefined && { extra }) },
    audiences: shared,
  };
}
