import { type KindInfo, kinds, type ManagedFieldsEntry, type ObjectKey } from "../api/index.ts";
import { isInternal } from "../auth/index.ts";
import { formatTimestamp } from "../clock/index.ts";
import type { JsonObject } from "../merge/index.ts";
import { admit, checkBody } from "./admission.ts";
import type { Backend, WriteContext } from "./backend.ts";
import { alreadyExists, badRequest, forbidden, invalid, notFound } from "./errors.ts";
import { managedAfterUpdate } from "./field-managers.ts";
import { rulesOf } from "./kind-rules.ts";
import { generateName } from "./metadata-rules.ts";
import { type ObjectState, stateOf } from "./object-state.ts";
import { commitOne, findLive, settled, withMetadata } from "./objects.ts";
import { checkQuota } from "./quota-access.ts";
import { rawMetadata, withoutEmptied } from "./raw-metadata.ts";
import { checkWriter } from "./writer-access.ts";

/** Tries before a generated name is given up: with 27^5 suffixes a second one is hardly ever needed. */
const nameAttempts = 8;

/** Creates an object. `namespace` is the address's; undefined where it has none. */
export async function createObject(
  backend: Backend,
  kind: KindInfo,
  namespace: string | undefined,
  body: unknown,
  context: WriteContext,
): Promise<ObjectState> {
  const sent = checkBody(kind, body);
  const { resourceVersion } = rawMetadata(sent);
  if (typeof resourceVersion === "string" && resourceVersion !== "")
    throw badRequest("resourceVersion should not be set on objects to be created");
  const key = chooseKey(backend, kind, namespace, rawMetadata(sent));
  const prepared = prepareBody(kind, sent);
  // The server's own controllers make an object with its first status, in one write; others have no say in it.
  const hasStatus = isInternal(context.identity) && kind.hasStatus && sent["status"] !== undefined;
  return storeNew(
    backend,
    { kind, key, body: hasStatus ? { ...prepared, status: sent["status"] } : prepared },
    context,
  );
}

/** What a client sent, as far as it may say it of a new object. */
export function prepareBody(kind: KindInfo, sent: JsonObject): JsonObject {
  const { prepare } = rulesOf(kind);
  return dropServerFields(kind, prepare === undefined ? sent : prepare(sent));
}

export interface NewObject {
  readonly kind: KindInfo;
  readonly key: ObjectKey;
  /** Metadata holds what the client may set, and nothing else. */
  readonly body: JsonObject;
  /** Given by an apply; else this is recorded as an update. */
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** Validates and stores an object that must not exist yet. Everything up to the commit happens in one turn. */
export async function storeNew(backend: Backend, fresh: NewObject, context: WriteContext): Promise<ObjectState> {
  const { kind, key } = fresh;
  const time = formatTimestamp(backend.clock.now());
  const { onCreate, lifetimeMs, issue } = rulesOf(kind);
  const named = withIdentity(kind, fresh.body, key);
  const completed = onCreate === undefined ? named : onCreate(named, backend.clock.now());
  const { object: admitted, pruned } = admit(kind, completed, { context });
  checkNamespace(backend, kind, key);
  checkWriter(backend, { kind, object: admitted, old: undefined }, context);
  if (findLive(backend, kind, key) !== undefined) {
    await settled(backend, kind, key);
    throw alreadyExists(kind, key.name);
  }
  const managedFields =
    fresh.managedFields ??
    // What was sent, and not what was filled in: nobody should own a default.
    managedAfterUpdate(
      { kind, before: undefined, after: pruned ? admitted : fresh.body, sent: undefined, subresource: "", time },
      context,
    );
  const { object, tell } = issue?.(backend, admitted) ?? { object: admitted, tell: undefined };
  const complete = withMetadata(object, {
    ...object.metadata,
    uid: backend.newUid(),
    generation: 1,
    creationTimestamp: time,
    ...(managedFields.length > 0 && { managedFields }),
  });
  if (context.dryRun) {
    checkQuota(backend, [{ kind, key, before: undefined, after: complete }]);
    return stateOf(complete);
  }
  const expiry = lifetimeMs === undefined ? {} : { expiresAt: backend.clock.now() + lifetimeMs };
  const stored = await commitOne(backend, { kind, key, live: undefined, next: complete, ...expiry });
  return tell === undefined ? stored : stateOf(tell(stored.object));
}

/** Throws where the namespace does not exist or is being emptied. */
function checkNamespace(backend: Backend, kind: KindInfo, key: ObjectKey): void {
  if (!kind.namespaced) return;
  const namespace = findLive(backend, kinds.Namespace, { namespace: "", name: key.namespace });
  if (namespace === undefined) throw notFound(kinds.Namespace, key.namespace);
  if (namespace.object.metadata.deletionTimestamp === undefined) return;
  throw forbidden(
    kind,
    key.name,
    `unable to create new content in namespace ${key.namespace} because it is being terminated`,
    [
      {
        reason: "NamespaceTerminating",
        message: `namespace ${key.namespace} is being terminated`,
        field: "metadata.namespace",
      },
    ],
  );
}

/** The key that address and body name together. */
function chooseKey(backend: Backend, kind: KindInfo, namespace: string | undefined, metadata: JsonObject): ObjectKey {
  const own = typeof metadata["namespace"] === "string" ? metadata["namespace"] : "";
  if (kind.namespaced && namespace !== undefined && own !== "" && own !== namespace)
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  const place = kind.namespaced ? (namespace ?? own) : "";
  if (kind.namespaced && place === "") throw badRequest("an empty namespace may not be set during creation");
  return { namespace: place, name: chooseName(backend, kind, place, metadata) };
}

function chooseName(backend: Backend, kind: KindInfo, namespace: string, metadata: JsonObject): string {
  const { name, generateName: prefix } = metadata;
  if (typeof name === "string" && name !== "") return name;
  if (typeof prefix !== "string" || prefix === "") {
    const message = "Required value: name or generateName is required";
    throw invalid(kind, "", [{ reason: "FieldValueRequired", field: "metadata.name", message }]);
  }
  for (let attempt = 1; ; attempt++) {
    const candidate = generateName(prefix, backend.random);
    if (attempt === nameAttempts || findLive(backend, kind, { namespace, name: candidate }) === undefined)
      return candidate;
  }
}

/** A body without what only the server says. */
function dropServerFields(kind: KindInfo, body: JsonObject): JsonObject {
  const {
    uid: _uid,
    resourceVersion: _version,
    generation: _generation,
    creationTimestamp: _created,
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    managedFields: _managed,
    selfLink: _link,
    ...metadata
  } = rawMetadata(body);
  const kept: JsonObject = { ...body, metadata: withoutEmptied(metadata) };
  if (!kind.hasStatus) return kept;
  const { status: _status, ...rest } = kept;
  return rest;
}

function withIdentity(kind: KindInfo, body: JsonObject, key: ObjectKey): JsonObject {
  const metadata = { ...rawMetadata(body), name: key.name, ...(kind.namespaced && { namespace: key.namespace }) };
  const { namespace: _none, ...clusterWide } = metadata as JsonObject;
  return { ...body, metadata: kind.namespaced ? metadata : clusterWide };
}
