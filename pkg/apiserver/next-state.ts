import { decodeStatus, type KindInfo, type ManagedFieldsEntry, type ObjectKey, type ObjectMeta } from "../api/index.ts";
import { isInternal } from "../auth/index.ts";
import { equalJson, type JsonObject } from "../merge/index.ts";
import { admit, checkIgnoredParts } from "./admission.ts";
import type { ApiObject, Subresource, WriteContext } from "./backend.ts";
import { invalid } from "./errors.ts";
import { managedAfterUpdate } from "./field-managers.ts";
import { rulesOf } from "./kind-rules.ts";
import type { Live } from "./objects.ts";
import { rawMetadata, withoutEmptied } from "./raw-metadata.ts";

export interface Target {
  readonly kind: KindInfo;
  readonly key: ObjectKey;
  readonly subresource: Exclude<Subresource, "scale">;
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

/** The next state: what may change does, the rest is as it is; validated, counted, with its record of managers. */
export function nextState(request: ChangeRequest, context: WriteContext, time: string): ApiObject {
  return withOwnStatus(request, context) ?? admitted(request, context, time);
}

/**
 * A status that one of the server's controllers writes: by far most of all writes. Nothing else of the object changes, so
 * that nothing else is looked at; and nobody is recorded. Undefined where there is more to be said than that.
 */
function withOwnStatus(request: ChangeRequest, { identity }: WriteContext): ApiObject | undefined {
  const { kind, live, proposed, subresource } = request;
  if (subresource !== "status" || !isInternal(identity) || request.managedFields !== undefined) return undefined;
  const { status: _former, ...kept } = live.object;
  const next: JsonObject = { ...kept, status: proposed["status"] };
  const restricted = rulesOf(kind).restrict?.(live.object, next, subresource) ?? next;
  const isAlone = Object.keys(restricted).every((name) => name === "status" || restricted[name] === kept[name]);
  const status = isAlone ? decodeStatus(kind, restricted["status"]) : undefined;
  return status && { ...kept, status };
}

function admitted(request: ChangeRequest, context: WriteContext, time: string): ApiObject {
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
export function wantsOther(before: ApiObject, after: ApiObject): boolean {
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
