import { type KindInfo, kindByResource, type ObjectKey } from "../../api/index.ts";
import type { ResourceAttributes } from "../../auth/index.ts";
import { StatusError } from "../../status/index.ts";
import type { ApiObject, Backend, WriteContext } from "../backend.ts";
import { createObject } from "../create.ts";
import { deleteObject } from "../delete.ts";
import { badRequest, notFound } from "../errors.ts";
import { listObjects, type ObjectPage } from "../list.ts";
import { actionOf, type ObjectActions } from "../object-actions.ts";
import { getObject } from "../objects.ts";
import { patchObject } from "../patch.ts";
import { getScale, patchScale, updateScale } from "../scale.ts";
import { makeSelection, type Selection } from "../selection.ts";
import { updateObject } from "../update.ts";
import type { ObjectEvent } from "../watch.ts";
import { patchTypeOf } from "./body.ts";
import { bodyOf, type Exchange, sendJson } from "./exchange.ts";
import { chooseForm, type Form } from "./negotiate.ts";
import { eventLine, listMetadata, listText, objectText } from "./object-text.ts";
import type { StreamRoutes } from "./stream-routes.ts";
import { type IncludeObject, makeTable, partialObject } from "./table.ts";
import { streamWatch } from "./watch-stream.ts";
import { readDeleteOptions, readWriteContext } from "./write-options.ts";

export interface ResourceRoutesOptions {
  readonly backend: Backend;
  readonly actions: ObjectActions;
  readonly streams: StreamRoutes;
  /** Told of each watch that begins; returns what to call when it ends. */
  readonly onWatch: (end: () => void) => () => void;
  readonly onDropped: () => void;
}

/** A request to objects of a known kind. */
interface ObjectRequest extends Exchange {
  readonly kind: KindInfo;
  readonly attributes: ResourceAttributes;
}

/** Answers everything below /api/v1/ and /apis/GROUP/VERSION/ that is about stored objects. */
export function makeResourceHandler(options: ResourceRoutesOptions): (exchange: Exchange) => Promise<unknown> {
  return async (exchange) => {
    const { attributes, version } = exchange.info;
    if (attributes.kind !== "resource") throw pageNotFound();
    const kind = kindByResource(attributes.group, version, attributes.resource);
    if (kind === undefined) throw pageNotFound();
    if (attributes.namespace !== undefined && !kind.namespaced) throw pageNotFound();
    const request = { ...exchange, kind, attributes };
    return attributes.name === undefined ? handleCollection(options, request) : handleObject(options, request);
  };
}

export function pageNotFound(): StatusError {
  return new StatusError("NotFound", "the server could not find the requested resource");
}

function handleCollection(options: ResourceRoutesOptions, request: ObjectRequest): Promise<unknown> | unknown {
  switch (request.attributes.verb) {
    case "list":
      return list(options, request);
    case "watch":
      return watch(options, request);
    case "create":
      return create(options, request);
    case "deletecollection":
      return deleteCollection(options, request);
    default:
      throw methodNotAllowed();
  }
}

function methodNotAllowed(): StatusError {
  return new StatusError("MethodNotAllowed", "the server does not allow this method on the requested resource");
}

async function handleObject(options: ResourceRoutesOptions, request: ObjectRequest): Promise<unknown> {
  const { kind, attributes } = request;
  const key = keyOfRequest(request);
  const { subresource = "" } = attributes;
  if (kind.namespaced && attributes.namespace === undefined) throw pageNotFound();
  if (subresource === "scale" && kind.scale !== undefined) return scale(options, request, key);
  if (await options.streams.handle(request, kind, key, subresource)) return request.reply;
  if (subresource !== "" && !isSubresource(kind, subresource)) return runAction(options, request, key, subresource);
  switch (attributes.verb) {
    case "get":
      return sendObject(options, request, 200, getObject(options.backend, kind, key));
    case "update": {
      const target = { kind, key, subresource: subresource as "" | "status" | "finalize" };
      const updated = await updateObject(options.backend, target, bodyOf(request), contextOf(request));
      return sendObject(options, request, 200, updated);
    }
    case "patch":
      return patch(options, request, key, subresource as "" | "status" | "finalize");
    case "delete":
      if (subresource !== "") throw methodNotAllowed();
      return remove(options, request, key);
    default:
      throw methodNotAllowed();
  }
}

function isSubresource(kind: KindInfo, subresource: string): boolean {
  if (subresource === "status") return kind.hasStatus;
  return subresource === "finalize" && kind.kind === "Namespace";
}

async function runAction(
  options: ResourceRoutesOptions,
  request: ObjectRequest,
  key: ObjectKey,
  subresource: string,
): Promise<unknown> {
  const { kind, attributes, identity } = request;
  const action = actionOf(options.actions, kind, subresource);
  if (attributes.verb !== "create") throw methodNotAllowed();
  const answer = await action({ key, body: bodyOf(request), identity });
  return sendJson(request, 201, JSON.stringify(answer ?? { kind: "Status", apiVersion: "v1", status: "Success" }));
}

async function create(options: ResourceRoutesOptions, request: ObjectRequest): Promise<unknown> {
  const { kind, attributes } = request;
  const body = bodyOf(request);
  const created = await createObject(options.backend, kind, attributes.namespace, body, contextOf(request));
  return sendObject(options, request, 201, created);
}

async function patch(
  options: ResourceRoutesOptions,
  request: ObjectRequest,
  key: ObjectKey,
  subresource: "" | "status" | "finalize",
): Promise<unknown> {
  const { kind, info } = request;
  const type = patchTypeOf(request.request.headers["content-type"]);
  const force = info.query.optionalFlag("force");
  const context = contextOf(request, type === "apply");
  const wanted = { kind, key, subresource, type, body: bodyOf(request), force };
  const { object, created } = await patchObject(options.backend, wanted, context);
  return sendObject(options, request, created ? 201 : 200, object);
}

async function scale(options: ResourceRoutesOptions, request: ObjectRequest, key: ObjectKey): Promise<unknown> {
  const { kind, attributes } = request;
  const { backend } = options;
  switch (attributes.verb) {
    case "get":
      return sendJson(request, 200, JSON.stringify(getScale(backend, kind, key)));
    case "update": {
      const scaled = await updateScale(backend, kind, key, bodyOf(request), contextOf(request));
      return sendJson(request, 200, JSON.stringify(scaled));
    }
    case "patch": {
      const type = patchTypeOf(request.request.headers["content-type"]);
      const scaled = await patchScale(backend, kind, key, { type, body: bodyOf(request) }, contextOf(request));
      return sendJson(request, 200, JSON.stringify(scaled));
    }
    default:
      throw methodNotAllowed();
  }
}

async function remove(options: ResourceRoutesOptions, request: ObjectRequest, key: ObjectKey): Promise<unknown> {
  const { kind, info } = request;
  const { request: wanted, dryRun } = readDeleteOptions(bodyOf(request), info.query);
  const { object, gone } = await deleteObject(options.backend, kind, key, wanted, contextForDelete(request, dryRun));
  if (!gone) return sendObject(options, request, 200, object);
  const details = {
    name: key.name,
    ...(kind.group !== "" && { group: kind.group }),
    kind: kind.plural,
    ...(object.metadata.uid !== undefined && { uid: object.metadata.uid }),
  };
  return sendJson(
    request,
    200,
    JSON.stringify({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details }),
  );
}

async function deleteCollection(options: ResourceRoutesOptions, request: ObjectRequest): Promise<unknown> {
  const { kind, info } = request;
  const { backend } = options;
  const { request: wanted, dryRun } = readDeleteOptions(bodyOf(request), info.query);
  const context = contextForDelete(request, dryRun);
  const page = listObjects(backend, selectionOf(request), {});
  await Promise.all(
    page.objects.map(async ({ metadata: { namespace = "", name = "" } }) => {
      try {
        await deleteObject(backend, kind, { namespace, name }, wanted, context);
      } catch (error) {
        // Gone by somebody else's hand.
        if (!(error instanceof StatusError) || error.reason !== "NotFound") throw error;
      }
    }),
  );
  return sendJson(request, 200, listText(kind, page));
}

function list(options: ResourceRoutesOptions, request: ObjectRequest): unknown {
  const { query } = request.info;
  const form = formOf(request);
  const page = listObjects(options.backend, selectionOf(request), {
    limit: query.number("limit"),
    continue: query.get("continue"),
    resourceVersion: query.get("resourceVersion"),
    resourceVersionMatch: query.get("resourceVersionMatch"),
  });
  return sendJson(request, 200, pageText(options, request, form, page));
}

function pageText(options: ResourceRoutesOptions, request: ObjectRequest, form: Form, page: ObjectPage): string {
  const { kind } = request;
  if (form === "json") return listText(kind, page);
  if (form === "partial") {
    const items = page.objects.map(partialObject);
    const head = { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata: listMetadata(page) };
    return JSON.stringify({ ...head, items });
  }
  return tableText(options, request, page.objects, listMetadata(page));
}

function tableText(
  { backend }: ResourceRoutesOptions,
  request: ObjectRequest,
  objects: readonly ApiObject[],
  metadata: Readonly<Record<string, unknown>>,
): string {
  const includeObject = includeObjectOf(request);
  return JSON.stringify(makeTable({ kind: request.kind, objects, metadata, includeObject, now: backend.clock.now() }));
}

function includeObjectOf({ info }: ObjectRequest): IncludeObject {
  const value = info.query.get("includeObject") ?? "Metadata";
  if (value === "Metadata" || value === "Object" || value === "None") return value;
  throw badRequest(`includeObject: unsupported value ${JSON.stringify(value)}`);
}

function watch(options: ResourceRoutesOptions, request: ObjectRequest): unknown {
  const { query } = request.info;
  const { reply } = request;
  const form = formOf(request);
  const selection = selectionOf(request);
  let ended = (): void => {};
  const end = streamWatch(reply.raw, {
    backend: options.backend,
    clock: options.backend.clock,
    selection,
    request: {
      resourceVersion: query.get("resourceVersion"),
      resourceVersionMatch: query.get("resourceVersionMatch"),
      sendInitialEvents: query.optionalFlag("sendInitialEvents"),
    },
    allowBookmarks: query.flag("allowWatchBookmarks"),
    timeoutSeconds: query.number("timeoutSeconds"),
    encode: form === "json" ? eventLine : encoderFor(options, request, form),
    onDropped: options.onDropped,
  });
  // From here on the stream is ours; what was thrown above is answered as a Status.
  reply.hijack();
  ended = options.onWatch(end);
  reply.raw.once("close", () => ended());
  return reply;
}

function encoderFor(
  options: ResourceRoutesOptions,
  request: ObjectRequest,
  form: Exclude<Form, "json">,
): (event: ObjectEvent) => Buffer {
  const encodeText = (event: ObjectEvent, object: string): Buffer =>
    Buffer.from(`{"type":"${event.type}","object":${object}}\n`);
  if (form === "partial") return (event) => encodeText(event, JSON.stringify(partialObject(event.object)));
  return (event) => {
    if (event.type === "BOOKMARK") return eventLine(event);
    const { resourceVersion } = event.object.metadata;
    return encodeText(event, tableText(options, request, [event.object], { resourceVersion }));
  };
}

function sendObject(options: ResourceRoutesOptions, request: ObjectRequest, code: number, object: ApiObject): unknown {
  const form = formOf(request);
  if (form === "json") return sendJson(request, code, objectText(object));
  if (form === "partial") return sendJson(request, code, JSON.stringify(partialObject(object)));
  const { resourceVersion } = object.metadata;
  return sendJson(request, code, tableText(options, request, [object], { resourceVersion }));
}

function formOf({ request }: ObjectRequest): Form {
  return chooseForm(request.headers.accept);
}

function selectionOf({ kind, attributes, info }: ObjectRequest): Selection {
  return makeSelection(kind, {
    namespace: attributes.namespace,
    labelSelector: info.query.get("labelSelector"),
    fieldSelector: info.query.get("fieldSelector"),
  });
}

function keyOfRequest({ kind, attributes }: ObjectRequest): ObjectKey {
  const { namespace = "", name } = attributes;
  if (name === undefined) throw notFound(kind, "");
  return { namespace, name };
}

function contextOf(request: ObjectRequest, isApply = false): WriteContext {
  return readWriteContext({
    identity: request.identity,
    query: request.info.query,
    userAgent: request.request.headers["user-agent"],
    isApply,
    warn: (text) => request.warnings.push(text),
  });
}

function contextForDelete(request: ObjectRequest, dryRun: boolean): WriteContext {
  return { ...contextOf(request), dryRun };
}
