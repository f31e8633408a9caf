import { keyOf, kinds, type Token } from "../api/index.ts";
import type { Api } from "../apiserver/index.ts";
import { controllerIdentity, makeTokenReader, type TokenReader } from "../auth/index.ts";
import { formatTimestamp, parseTimestamp } from "../clock/index.ts";
import type { Foundation } from "./foundation.ts";

/** Reads every kind of bearer token that this server takes. */
export function makeBearerReader(api: Api, { clock, log }: Pick<Foundation, "clock" | "log">): TokenReader {
  const findServiceAccount = (namespace: string, name: string) => api.find(kinds.ServiceAccount, { namespace, name });
  return makeTokenReader({
    findToken: (name) => api.find(kinds.Token, { namespace: "", name }),
    findServiceAccount,
    now: () => clock.now(),
    onUse: recordUse(api, { clock, log }),
  });
}

/** So exactly it is known when a token was used last: not every request is worth a write. */
const lastUsedEveryMs = 3_600_000;

/** Writes down that a token is used, the first time at once and then at most once an hour. */
function recordUse(api: Api, { clock, log }: Pick<Foundation, "clock" | "log">): (token: Token) => void {
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
