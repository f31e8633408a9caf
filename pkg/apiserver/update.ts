import type { KindInfo, ManagedFieldsEntry, ObjectKey, ObjectMeta } from "../api/index.ts";
import { isInternal } from "../auth/index.ts";
import { formatTimestamp } from "../clock/index.ts";
import { equalJson, isObject, type JsonObject } from "../merge/index.ts";
import { StatusError } from "../status/index.ts";
import { admit, checkBody, checkIgnoredParts } from "./admission.ts";
import type { ApiObject, Backend, Subresource, WriteContext } from "./backend.ts";
import { badRequest, invalid } from "./errors.ts";
import { managedAfterUpdate } from "./field-managers.ts";
import { contentFinalizer, rulesOf } from "./kind-rules.ts";
import { type ObjectState, stateIn, stateOf } from "./object-state.ts";
import { checkPreconditions, commit, commitOne, getLive, type Live } from "./objects.ts";
import { rawMetadata, withoutEmptied } from "./raw-metadata.ts";
import { checkWriter } from "./writer-access.ts";

/** Characters of an object as JSON: what a body may have. */
const maxObjectLength = 3 * 1024 * 1024;

export interface Target {
  readonly kind: KindInfo;
  readonly key: ObjectKey;
  readonly subresource: Exclude<Subresource, "scale">;
}

/** PUT: the object becomes what `body` says, as far as the subresource may change it. */
export async function updateObject(
  backend: Backend,
  target: Target,
  body: unknown,
  context: WriteContext,
): Promise<ObjectState> {
  const { kind, key } = target;
  const sent = checkBody(kind, body);
  const live = getLive(backend, kind, key);
  checkIdentity(key, rawMetadata(sent));
  const { prepare } = rulesOf(kind);
  return changeObject(backend, { ...target, live, proposed: prepare === undefined ? sent : prepare(sent) }, context);
}

export interface ChangeRequest extends Target {
  readonly live: Live;
  /** The whole object as it should be. */
  readonly proposed: JsonObject;
  /** Settled by an apply; else this is recorded as an update. */
  readonly managedFields?: readonly ManagedFieldsEntry[];
  /** Subresource that the record names, where it is another one. */
  readonly recordedAs?: string;
}

/**
 * Turns a proposal into the object's next state and stores it. All writes to existing objects come through here; up
 * to the commit it is one turn, so that nothing can come between the decision and the store.
 */
export async function changeObject(
  backend: Backend,
  request: ChangeRequest,
  context: WriteContext,
): Promise<ObjectState> {
  const { kind, key, live } = request;
  const sentMetadata = rawMetadata(request.proposed);
  checkPreconditions(kind, live.object, {
    uid: textOf(sentMetadata["uid"]),
    resourceVersion: textOf(sentMetadata["resourceVersion"]),
  });
  const time = formatTimestamp(backend.clock.now());
  const next = settle(request, context, time);
  if (equalJson(next, live.object)) return stateIn(backend, kind, live.entry);
  if (!isInternal(context.identity)) checkGrowth(live, next);
  checkWriter(backend, { kind, object: next, old: live.object }, context);
  warnOwned(kind, live.object, next, context);
  if (isFinished(next)) {
    if (!context.dryRun) await commit(backend, [{ kind, key, live, next: undefined }]);
    return stateOf(next);
  }
  if (context.dryRun) return stateOf(next);
  const { lifetimeMs } = rulesOf(kind);
  const expiry = lifetimeMs === undefined ? {} : { expiresAt: backend.clock.now() + lifetimeMs };
  return commitOne(backend, { kind, key, live, next, ...expiry });
}

/**
 * Throws where patch upon patch made an object larger than one that could be sent. An object that is far from that is not
 * measured: one patch cannot make it much larger than that.
 */
function checkGrowth({ entry }: Live, next: ApiObject): void {
  if (entry.text.length < maxObjectLength / 2 || JSON.stringify(next).length <= maxObjectLength) return;
  throw new StatusError("RequestEntityTooLarge", `Request entity too large: limit is ${maxObjectLength}`);
}

/** The next state: what may change does, the rest is as it is; validated, counted, with its record of managers. */
function settle(request: ChangeRequest, context: WriteContext, time: string): ApiObject {
  const { kind, live, subresource } = request;
  const typesOnly = subresource === "status";
  if (subresource !== "" && !isInternal(context.identity)) checkIgnoredParts(kind, request.proposed, context);
  const { object } = admit(kind, restrict(request), { context, old: live.object, typesOnly });
  checkFinalizers(kind, live.object, object);
  const managedFields =
    request.managedFields ??
    managedAfterUpdate(
      {
        kind,
        before: live.object,
        after: object,
        sent: rawMetadata(request.proposed)["managedFields"],
        subresource: request.recordedAs ?? subresource,
        time,
      },
      context,
    );
  const { managedFields: _previous, ...metadata } = object.metadata;
  const generation = (live.object.metadata.generation ?? 0) + (wantsOther(live.object, object) ? 1 : 0);
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(generation > 0 && { generation }),
      ...(live.object.metadata.resourceVersion !== undefined && {
        resourceVersion: live.object.metadata.resourceVersion,
      }),
      ...(managedFields.length > 0 && { managedFields }),
    },
  };
}

function restrict({ kind, live, proposed, subresource }: ChangeRequest): JsonObject {
  const { object } = live;
  const { managedFields: _managed, resourceVersion: _version, ...metadata } = object.metadata;
  const kept: JsonObject = { ...object, metadata };
  let next: JsonObject;
  if (subresource === "status") next = replaceField(kept, "status", proposed["status"]);
  else if (subresource === "finalize") next = replaceField(kept, "spec", proposed["spec"]);
  else {
    const body = { ...proposed, metadata: withoutEmptied(mutableMetadata(metadata, rawMetadata(proposed))) };
    next = kind.hasStatus ? replaceField(body, "status", object["status"]) : body;
  }
  return rulesOf(kind).restrict?.(object, next, subresource) ?? next;
}

/** Metadata with what clients may change; everything else stays as the server has it. */
function mutableMetadata(live: ObjectMeta, sent: JsonObject): JsonObject {
  const {
    labels: _labels,
    annotations: _annotations,
    ownerReferences: _owners,
    finalizers: _finalizers,
    ...kept
  } = live;
  const { labels, annotations, ownerReferences, finalizers } = sent;
  // What is no metadata at all is kept for admission to tell.
  const unknown = Object.entries(sent).filter(([name]) => !metadataFields.has(name));
  return {
    ...kept,
    ...Object.fromEntries(unknown),
    ...(labels !== undefined && { labels }),
    ...(annotations !== undefined && { annotations }),
    ...(ownerReferences !== undefined && { ownerReferences }),
    ...(finalizers !== undefined && { finalizers }),
  };
}

const metadataFields: ReadonlySet<string> = new Set<keyof ObjectMeta | "selfLink">([
  "name",
  "generateName",
  "namespace",
  "selfLink",
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "labels",
  "annotations",
  "ownerReferences",
  "finalizers",
  "managedFields",
]);

function replaceField(object: JsonObject, name: string, value: unknown): JsonObject {
  const { [name]: _previous, ...rest } = object;
  return value === undefined ? rest : { ...rest, [name]: value };
}

/** True where anything but metadata and status is another one now. */
function wantsOther(before: ApiObject, after: ApiObject): boolean {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const name of ["apiVersion", "kind", "metadata", "status"]) names.delete(name);
  return [...names].some((name) => !equalJson(before[name], after[name]));
}

function checkFinalizers(kind: KindInfo, before: ApiObject, after: ApiObject): void {
  if (before.metadata.deletionTimestamp === undefined) return;
  const known = before.metadata.finalizers ?? [];
  const added = (after.metadata.finalizers ?? []).filter((name) => !known.includes(name));
  if (added.length === 0) return;
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`;
  throw invalid(kind, before.metadata.name ?? "", [
    { reason: "FieldValueForbidden", field: "metadata.finalizers", message },
  ]);
}

/** True where nothing holds a deleted object any more. */
function isFinished(object: ApiObject): boolean {
  if (object.metadata.deletionTimestamp === undefined) return false;
  return (object.metadata.finalizers ?? []).length === 0 && contentFinalizers(object).length === 0;
}

/** Names that hold a namespace until it is empty. */
export function contentFinalizers(object: ApiObject): readonly string[] {
  if (object.kind !== "Namespace" || object.apiVersion !== "v1") return [];
  const spec = object["spec"] as { readonly finalizers?: readonly string[] } | undefined;
  return (spec?.finalizers ?? []).filter((name) => name === contentFinalizer);
}

/** Objects that a controller makes follow their owner: who edits one should hear it. */
function warnOwned(kind: KindInfo, before: ApiObject, after: ApiObject, context: WriteContext): void {
  const [was, is] = [ownersPart(kind, before), ownersPart(kind, after)];
  if (isInternal(context.identity) || !wantsOther(was, is)) return;
  const owner = before.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return;
  context.warn(
    `${kind.kind} ${before.metadata.name} belongs to ${owner.kind} ${owner.name}, whose controller will undo this change`,
  );
}

/** An object without what its owner leaves to users. */
function ownersPart(kind: KindInfo, object: ApiObject): ApiObject {
  const { userFields = [] } = rulesOf(kind);
  const { spec } = object;
  if (userFields.length === 0 || !isObject(spec)) return object;
  return { ...object, spec: Object.fromEntries(Object.entries(spec).filter(([name]) => !userFields.includes(name))) };
}

/** Throws BadRequest where a body names another object than the address does. */
export function checkIdentity(key: ObjectKey, metadata: JsonObject): void {
  const { name, namespace } = metadata;
  if (typeof name === "string" && name !== "" && name !== key.name)
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${key.name})`);
  if (typeof namespace === "string" && namespace !== "" && namespace !== key.namespace)
    throw badRequest("the namespace of the object does not match the namespace on the URL");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
