import { formatTimestamp } from "../clock/index.ts";
import {
  type ApplyConflict,
  applyConfiguration,
  applyJsonPatch,
  applyMergePatch,
  applyStrategicPatch,
  isObject,
  type JsonObject,
  refreshLastApplied,
} from "../merge/index.ts";
import { StatusError } from "../status/index.ts";
import { checkBody, cleanBody } from "./admission.ts";
import type { ApiObject, Backend, WriteContext } from "./backend.ts";
import { prepareBody, storeNew } from "./create.ts";
import { badRequest, invalidParameter, notFound, shown } from "./errors.ts";
import { managerOf } from "./field-managers.ts";
import { checkIdentity } from "./identity-rules.ts";
import { checkShape } from "./json-shape.ts";
import { rulesOf } from "./kind-rules.ts";
import { typeOfKind } from "./kind-types.ts";
import type { Target } from "./next-state.ts";
import type { ObjectState } from "./object-state.ts";
import { checkPreconditions, findLive, getLive } from "./objects.ts";
import { rawMetadata } from "./raw-metadata.ts";
import { changeObject } from "./update.ts";

export type PatchType = "json" | "merge" | "strategic" | "apply";

export interface PatchRequest extends Target {
  readonly type: PatchType;
  readonly body: unknown;
  /** Of an apply: take fields over. Undefined where the request does not say. */
  readonly force: boolean | undefined;
  /** Subresource that the record of managers names, where it is another one. */
  readonly recordedAs?: string;
}

export interface PatchResult {
  readonly state: ObjectState;
  readonly created: boolean;
}

/** PATCH in all its types; only an apply creates what is not there. */
export async function patchObject(
  backend: Backend,
  request: PatchRequest,
  context: WriteContext,
): Promise<PatchResult> {
  if (request.type === "apply") return applyObject(backend, request, context);
  if (request.force !== undefined)
    throw invalidParameter("force", "Forbidden: may not be specified for non-apply patch", "PatchOptions");
  const live = getLive(backend, request.kind, request.key);
  if (request.type === "json") tellUnknownOperations(request.body, context);
  const patched = checkBody(request.kind, applyPatch(live.object, request));
  // Operations may build what no body could say.
  checkShape(patched);
  checkIdentity(request.key, rawMetadata(patched));
  const { prepare } = rulesOf(request.kind);
  const proposed = prepare === undefined ? patched : prepare(patched);
  return { state: await changeObject(backend, { ...request, live, proposed }, context), created: false };
}

/** What a patch makes of an object. Throws BadRequest where it is none of its type. */
export function applyPatch(
  object: ApiObject,
  { kind, type, body }: Pick<PatchRequest, "kind" | "type" | "body">,
): unknown {
  if (type === "json") return applyJsonPatch(object, body);
  if (!isObject(body)) throw badRequest("a merge patch must be an object");
  return type === "strategic" ? applyStrategicPatch(typeOfKind(kind), object, body) : applyMergePatch(object, body);
}

const operationFields: ReadonlySet<string> = new Set(["op", "path", "from", "value"]);

function tellUnknownOperations(body: unknown, context: WriteContext): void {
  if (context.fieldValidation === "Ignore" || !Array.isArray(body)) return;
  const unknown = body.flatMap((operation: unknown, index) =>
    isObject(operation)
      ? Object.keys(operation).flatMap((name) => (operationFields.has(name) ? [] : [`[${index}].${name}`]))
      : [],
  );
  const faults = unknown.slice(0, 20).map((path) => `json patch unknown field: ${path}`);
  if (faults.length > 0 && context.fieldValidation === "Strict")
    throw badRequest(`strict decoding error: ${faults.join(", ")}`);
  for (const fault of faults) context.warn(fault);
}

/** Throws where an apply cannot create what is not there. */
function checkMayCreate({ kind, key, subresource }: PatchRequest, { uid }: JsonObject): void {
  if (subresource !== "" || (typeof uid === "string" && uid !== "")) throw notFound(kind, key.name);
  // What is told once would be told to nobody: who applies reads no answer.
  if (rulesOf(kind).issue !== undefined)
    throw new StatusError("MethodNotAllowed", `a ${kind.kind} is made by POST alone: plush create ${kind.singular}`);
}

async function applyObject(backend: Backend, request: PatchRequest, context: WriteContext): Promise<PatchResult> {
  const { kind, key, subresource } = request;
  const applied = writableParts(readConfiguration(request, context), subresource);
  const live = findLive(backend, kind, key);
  const metadata = rawMetadata(applied);
  if (live === undefined) {
    checkMayCreate(request, metadata);
  } else {
    checkPreconditions(kind, live.object, {
      uid: typeof metadata["uid"] === "string" ? metadata["uid"] : undefined,
      resourceVersion: typeof metadata["resourceVersion"] === "string" ? metadata["resourceVersion"] : undefined,
    });
  }
  const outcome = applyConfiguration({
    type: typeOfKind(kind),
    live: live?.object,
    applied,
    managed: live?.object.metadata.managedFields,
    manager: managerOf(kind, context, "Apply", request.recordedAs ?? subresource),
    force: request.force ?? false,
    time: formatTimestamp(backend.clock.now()),
  });
  if ("conflicts" in outcome) throw applyConflict(outcome.conflicts);
  const { managedFields } = outcome;
  const object = context.fieldManager === "kubectl" ? refreshLastApplied(outcome.object, applied) : outcome.object;
  if (live !== undefined) {
    const change = { ...request, live, proposed: object, managedFields };
    return { state: await changeObject(backend, change, context), created: false };
  }
  const body = prepareBody(kind, object);
  return { state: await storeNew(backend, { kind, key, body, managedFields }, context), created: true };
}

function readConfiguration(request: PatchRequest, context: WriteContext): JsonObject {
  const { kind, key, body } = request;
  if (context.fieldManager === "")
    throw invalidParameter("fieldManager", "Required value: is required for apply patch", "PatchOptions");
  if (!isObject(body) || body["apiVersion"] === undefined || body["kind"] === undefined)
    throw badRequest("an applied configuration must have apiVersion and kind");
  const sent = checkBody(kind, body);
  const metadata = rawMetadata(sent);
  if (metadata["managedFields"] !== undefined && metadata["managedFields"] !== null)
    throw badRequest("metadata.managedFields must be nil");
  if (metadata["name"] !== undefined && metadata["name"] !== key.name)
    throw badRequest(
      `the name of the object (${shown(metadata["name"])}) does not match the name on the URL (${key.name})`,
    );
  const prepared = rulesOf(kind).prepare?.(sent) ?? sent;
  return cleanBody(kind, { ...prepared, metadata: { ...metadata, name: key.name } }, context);
}

/** What the endpoint can write of a configuration; claims on the rest would only make conflicts. */
function writableParts(configuration: JsonObject, subresource: string): JsonObject {
  if (subresource === "") {
    const { status: _status, ...rest } = configuration;
    return rest;
  }
  const { apiVersion, kind, status } = configuration;
  const { name, uid, resourceVersion } = rawMetadata(configuration);
  return {
    apiVersion,
    kind,
    metadata: { name, ...(uid !== undefined && { uid }), ...(resourceVersion !== undefined && { resourceVersion }) },
    ...(status !== undefined && { status }),
  };
}

function applyConflict(conflicts: readonly ApplyConflict[]): StatusError {
  const causes = conflicts.map(({ manager, field }) => {
    const through = manager.subresource === undefined ? "" : ` with subresource ${JSON.stringify(manager.subresource)}`;
    const message = `conflict with ${JSON.stringify(manager.name)}${through} using ${manager.apiVersion}`;
    return { reason: "FieldManagerConflict", message, field };
  });
  const lines = causes.map(({ message, field }) => `${message}: ${field}`);
  const head = `Apply failed with ${lines.length} conflict${lines.length === 1 ? "" : "s"}: `;
  return new StatusError("Conflict", head + lines.join("\n"), { details: { causes } });
}
