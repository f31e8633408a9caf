import { type KindInfo, kinds } from "../api/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";
import { StatusError } from "../status/index.ts";
import type { ApiObject, Backend } from "./backend.ts";
import { withExactTimes, withExactTimesIn } from "./exact-times.ts";
import { rawMetadata } from "./raw-metadata.ts";
import { completeToken, type Issued, issueToken, restrictToken } from "./token-issue.ts";

/** What the server does for one kind beyond what it does for all. */
export interface KindRules {
  /** Changes a body that a client sent, before it is decoded. */
  readonly prepare?: (body: JsonObject) => JsonObject;
  /** Completes a body that is created; its status has been dropped. `now` is milliseconds since 1970. */
  readonly onCreate?: (body: JsonObject, now: number) => JsonObject;
  /** Settles what only the server says of a new object, and what the answer to its creation, a POST, tells beyond it. */
  readonly issue?: (backend: Backend, object: ApiObject) => Issued;
  /** Settles what a write to `subresource` may not change. */
  readonly restrict?: (live: ApiObject, next: JsonObject, subresource: string) => JsonObject;
  /** Fields of the spec that are the user's word, also where a controller made the object. */
  readonly userFields?: readonly string[];
  /** Milliseconds after its last write at which an object goes by itself. */
  readonly lifetimeMs?: number;
}

/** How long Events are kept; what matters for longer stands in conditions. */
const eventLifetimeMs = 3_600_000;

const rules: Readonly<Record<string, KindRules>> = {
  Secret: { prepare: mergeStringData },
  Namespace: { onCreate: completeNamespace, restrict: restrictNamespace },
  Resource: { restrict: restrictResource, userFields: ["taints", "unschedulable"] },
  Claim: { onCreate: unbound, restrict: restrictClaim },
  Event: { prepare: eventTimes, lifetimeMs: eventLifetimeMs },
  Lease: { prepare: leaseTimes },
  Token: { onCreate: completeToken, issue: issueToken, restrict: restrictToken },
  RoleBinding: { prepare: completeSubjects },
  ClusterRoleBinding: { prepare: completeSubjects },
};

const none: KindRules = {};

export function rulesOf(kind: KindInfo): KindRules {
  return rules[kind.kind] ?? none;
}

/** The API group of who is no object: users and groups. */
function completeSubjects(body: JsonObject): JsonObject {
  const { subjects } = body;
  if (!Array.isArray(subjects)) return body;
  const completed = subjects.map((subject: unknown) => {
    if (!isObject(subject) || (subject["kind"] !== "User" && subject["kind"] !== "Group")) return subject;
    return subject["apiGroup"] ? subject : { ...subject, apiGroup: kinds.RoleBinding.group };
  });
  return { ...body, subjects: completed };
}

function eventTimes(body: JsonObject): JsonObject {
  const timed = withExactTimes(body, {
    firstTimestamp: "seconds",
    lastTimestamp: "seconds",
    eventTime: "microseconds",
  });
  return withExactTimesIn(timed, "series", { lastObservedTime: "microseconds" });
}

function leaseTimes(body: JsonObject): JsonObject {
  return withExactTimesIn(body, "spec", { acquireTime: "microseconds", renewTime: "microseconds" });
}

/** Plain text that a Secret is written with becomes part of `data`. */
function mergeStringData(body: JsonObject): JsonObject {
  const { stringData, ...rest } = body;
  if (stringData === undefined || stringData === null) return rest;
  if (!isObject(stringData)) throw new StatusError("BadRequest", "stringData must be an object");
  const encoded = Object.entries(stringData).map(([name, text]) => {
    if (typeof text !== "string") throw new StatusError("BadRequest", `stringData.${name} must be a string`);
    return [name, Buffer.from(text).toString("base64")] as const;
  });
  return { ...rest, data: { ...(isObject(rest["data"]) && rest["data"]), ...Object.fromEntries(encoded) } };
}

/** Names the finalizer that stands for everything in a namespace. */
export const contentFinalizer = "kubernetes";
const nameLabel = "kubernetes.io/metadata.name";

function completeNamespace(body: JsonObject): JsonObject {
  return withNameLabel({ ...body, spec: { finalizers: [contentFinalizer] }, status: { phase: "Active" } });
}

function withNameLabel(body: JsonObject): JsonObject {
  const metadata = rawMetadata(body);
  const labels = isObject(metadata["labels"]) ? metadata["labels"] : {};
  return { ...body, metadata: { ...metadata, labels: { ...labels, [nameLabel]: metadata["name"] } } };
}

/** Finalizers of a namespace's content are dropped through `finalize` alone. */
function restrictNamespace(live: ApiObject, next: JsonObject, subresource: string): JsonObject {
  return withNameLabel(subresource === "finalize" ? next : { ...next, spec: live["spec"] });
}

/** Where a claim is bound; written by bindings alone, together with the machine's side of it. */
const bindingFields = ["resourceName", "resourceUid", "epoch"] as const;

function unbound(body: JsonObject): JsonObject {
  return isObject(body["spec"]) ? { ...body, spec: withBinding(body["spec"], {}) } : body;
}

function restrictClaim(live: ApiObject, next: JsonObject): JsonObject {
  const { spec } = next;
  return spec === live["spec"] || !isObject(spec) || !isObject(live["spec"])
    ? next
    : { ...next, spec: withBinding(spec, live["spec"]) };
}

function withBinding(spec: JsonObject, bound: JsonObject): JsonObject {
  const kept = Object.entries(spec).filter(([name]) => !bindingFields.some((field) => field === name));
  const binding = bindingFields.flatMap((name) => (bound[name] === undefined ? [] : [[name, bound[name]] as const]));
  return Object.fromEntries([...kept, ...binding]);
}

/**
 * Who holds a place on a machine is written by bindings alone, and to whom it is lent by loans: nobody may overwrite
 * either with an older copy.
 */
function restrictResource(live: ApiObject, next: JsonObject): JsonObject {
  const { allocations, loan }: JsonObject = isObject(live["status"]) ? live["status"] : {};
  const status = isObject(next["status"]) ? next["status"] : {};
  if (status["allocations"] === allocations && status["loan"] === loan) return next;
  const { allocations: _places, loan: _loan, ...others } = status;
  const kept = { ...(allocations !== undefined && { allocations }), ...(loan !== undefined && { loan }) };
  return { ...next, status: { ...others, ...kept } };
}
