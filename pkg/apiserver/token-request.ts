import { invalidValue, kinds, notSupported, type ObjectKey } from "../api/index.ts";
import type { ServiceAccountSigner } from "../auth/index.ts";
import { formatTimestamp } from "../clock/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import { type StatusCause, StatusError } from "../status/index.ts";
import type { Backend } from "./backend.ts";
import { badRequest, conflict, notFound, shown } from "./errors.ts";
import type { ObjectActions } from "./object-actions.ts";
import { findObject } from "./objects.ts";

const apiVersion = "authentication.k8s.io/v1";
const defaultSeconds = 3600;
const minSeconds = 600;
/** Longer is cut to this, as the answer tells: a year. */
const maxSeconds = 366 * 86_400;
const maxAskedSeconds = 2 ** 32;

/** serviceaccounts/NAME/token: a signed token for a service account, told in the answer and not kept (kubectl create token). */
export function tokenActions(backend: Backend, signer: ServiceAccountSigner): ObjectActions {
  return { "serviceaccounts/token": ({ key, body }) => answerRequest(backend, signer, key, readRequest(body)) };
}

interface TokenRequest {
  readonly audiences: readonly string[];
  readonly seconds: number;
  readonly bound: { readonly name: string; readonly uid: string } | undefined;
}

async function answerRequest(
  backend: Backend,
  signer: ServiceAccountSigner,
  key: ObjectKey,
  { audiences, seconds, bound }: TokenRequest,
): Promise<object> {
  const account = findObject(backend, kinds.ServiceAccount, key)?.metadata;
  if (account?.uid === undefined) throw notFound(kinds.ServiceAccount, key.name);
  const secret = bound && boundSecret(backend, key, bound);
  const expiresInSeconds = Math.min(seconds, maxSeconds);
  const signed = await signer.sign({
    account: { ...key, uid: account.uid },
    audiences,
    expiresInSeconds,
    ...(secret !== undefined && { secret }),
  });
  return {
    kind: "TokenRequest",
    apiVersion,
    metadata: { ...key, creationTimestamp: formatTimestamp(backend.clock.now()) },
    spec: {
      audiences: signed.audiences,
      expirationSeconds: expiresInSeconds,
      boundObjectRef: secret === undefined ? null : { kind: "Secret", apiVersion: "v1", ...secret },
    },
    status: { token: signed.token, expirationTimestamp: formatTimestamp(signed.expiresAt) },
  };
}

/** The Secret that a token is bound to, as it is now. */
function boundSecret(
  backend: Backend,
  { namespace }: ObjectKey,
  { name, uid }: { readonly name: string; readonly uid: string },
): { readonly name: string; readonly uid: string } {
  const found = findObject(backend, kinds.Secret, { namespace, name })?.metadata.uid;
  if (found === undefined) throw notFound(kinds.Secret, name);
  if (uid === "" || uid === found) return { name, uid: found };
  const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
  throw conflict(kinds.Secret, name, why);
}

function readRequest(body: unknown): TokenRequest {
  const sent = body ?? {};
  if (!isObject(sent)) throw badRequest("the body must be a TokenRequest");
  if (sent["kind"] !== undefined && sent["kind"] !== "TokenRequest")
    throw badRequest(`the kind in the data (${shown(sent["kind"])}) does not match the expected kind (TokenRequest)`);
  const spec: JsonObject = isObject(sent["spec"]) ? sent["spec"] : {};
  const causes = [...audienceFaults(spec["audiences"]), ...secondsFaults(spec["expirationSeconds"])];
  const bound = isObject(spec["boundObjectRef"]) ? spec["boundObjectRef"] : undefined;
  if (bound !== undefined && bound["kind"] !== "Secret")
    causes.push(notSupported("spec.boundObjectRef.kind", bound["kind"], ["Secret"]));
  if (causes.length > 0) throw invalidRequest(causes);
  return {
    audiences: (spec["audiences"] ?? []) as readonly string[],
    seconds: (spec["expirationSeconds"] ?? defaultSeconds) as number,
    bound: bound && { name: textOf(bound["name"]), uid: textOf(bound["uid"]) },
  };
}

function audienceFaults(audiences: unknown): StatusCause[] {
  const isList = Array.isArray(audiences) && audiences.every((one) => typeof one === "string" && one !== "");
  if (audiences === undefined || audiences === null || isList) return [];
  return [invalidValue("spec.audiences", audiences, "must be a list of names")];
}

function secondsFaults(seconds: unknown): StatusCause[] {
  if (seconds === undefined || seconds === null) return [];
  const field = "spec.expirationSeconds";
  if (typeof seconds !== "number" || !Number.isInteger(seconds))
    return [invalidValue(field, seconds, "must be an integer")];
  if (seconds < minSeconds) return [invalidValue(field, seconds, "may not specify a duration less than 10 minutes")];
  return seconds > maxAskedSeconds
    ? [invalidValue(field, seconds, "may not specify a duration larger than 2^32 seconds")]
    : [];
}

function invalidRequest(causes: readonly StatusCause[]): StatusError {
  const faults = causes.map(({ field, message }) => `${field}: ${message}`).join(", ");
  const message = `TokenRequest.authentication.k8s.io "" is invalid: ${causes.length === 1 ? faults : `[${faults}]`}`;
  const details = { name: "", group: "authentication.k8s.io", kind: "TokenRequest", causes };
  return new StatusError("Invalid", message, { details });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
