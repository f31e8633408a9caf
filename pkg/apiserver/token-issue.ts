import { invalidValue, kinds, type Token } from "../api/index.ts";
import { hashOfToken, makeTokenText, serviceAccountUser } from "../auth/index.ts";
import { formatTimestamp, parseTimestamp } from "../clock/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import type { ApiObject, Backend } from "./backend.ts";
import { invalid } from "./errors.ts";
import { findLive } from "./objects.ts";

const dayMs = 86_400_000;
const defaultLifetimeMs = 90 * dayMs;
/** A year, leap or not, and a clock that is not quite right. */
const maxLifetimeMs = 367 * dayMs;

/** What is kept of a new object, and what the answer to its creation tells beyond that. */
export interface Issued {
  readonly object: ApiObject;
  readonly tell: (stored: ApiObject) => ApiObject;
}

/** A token that does not say when it ends does so after the default time. */
export function completeToken(body: JsonObject, now: number): JsonObject {
  const { spec } = body;
  if (!isObject(spec) || (spec["expires"] !== undefined && spec["expires"] !== "")) return body;
  return { ...body, spec: { ...spec, expires: formatTimestamp(now + defaultLifetimeMs) } };
}

/** Makes the secret of a new Token: its hash is kept, the answer tells it. Throws Invalid for what only time and others tell. */
export function issueToken(backend: Backend, object: ApiObject): Issued {
  const { metadata, spec } = object as unknown as Token;
  const { name = "" } = metadata;
  checkExpiry(name, spec.expires ?? "", backend.clock.now());
  const token = makeTokenText(name);
  const status: NonNullable<Token["status"]> = { ...subjectOf(backend, name, spec), hash: hashOfToken(token) };
  return {
    object: { ...object, status },
    tell: (stored) => ({ ...stored, status: { ...(stored["status"] as object), token } }),
  };
}

function checkExpiry(name: string, expires: string, now: number): void {
  const at = parseTimestamp(expires);
  if (at === undefined) return;
  const fault =
    at <= now
      ? "must be in the future"
      : at > now + maxLifetimeMs
        ? "must be at most a year ahead, or never"
        : undefined;
  if (fault !== undefined) throw invalid(kinds.Token, name, [invalidValue("spec.expires", expires, fault)]);
}

function subjectOf(
  backend: Backend,
  name: string,
  { user = "", serviceAccount }: Token["spec"],
): Pick<NonNullable<Token["status"]>, "subject" | "serviceAccountUid"> {
  if (serviceAccount === undefined) return { subject: user };
  const account = findLive(backend, kinds.ServiceAccount, serviceAccount)?.object.metadata;
  if (account?.uid === undefined || account.deletionTimestamp !== undefined) {
    const wanted = `${serviceAccount.namespace}/${serviceAccount.name}`;
    throw invalid(kinds.Token, name, [
      { reason: "FieldValueNotFound", field: "spec.serviceAccount", message: `Not found: ${JSON.stringify(wanted)}` },
    ]);
  }
  const { namespace } = serviceAccount;
  return { subject: serviceAccountUser(namespace, serviceAccount.name), serviceAccountUid: account.uid };
}

/** All that the server knows of a token was settled when it was made, but for its last use. */
export function restrictToken(live: ApiObject, next: JsonObject, subresource: string): JsonObject {
  const known = isObject(live["status"]) ? live["status"] : {};
  const sent = isObject(next["status"]) ? next["status"] : {};
  const lastUsed = subresource === "status" ? sent["lastUsed"] : known["lastUsed"];
  return { ...next, status: { ...known, ...(lastUsed !== undefined && { lastUsed }) } };
}
