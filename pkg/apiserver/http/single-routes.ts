import type { KindInfo, ObjectKey } from "../../api/index.ts";
import { deleteObject } from "../delete.ts";
import { checkReached, parseRevision } from "../list.ts";
import type { Target } from "../next-state.ts";
import { actionOf } from "../object-actions.ts";
import { getState } from "../objects.ts";
import { patchObject } from "../patch.ts";
import { getScale, patchScale, updateScale } from "../scale.ts";
import { updateObject } from "../update.ts";
import { patchTypeOf } from "./body.ts";
import { readDeleteOptions } from "./delete-options.ts";
import { bodyOf, sendJson } from "./exchange.ts";
import { handleItems } from "./item-routes.ts";
import { formOf, sendObject } from "./object-answers.ts";
import {
  contextForDelete,
  contextOf,
  keyOfRequest,
  methodNotAllowed,
  type ObjectRequest,
  pageNotFound,
  type ResourceRoutesOptions,
} from "./object-request.ts";
import { handleView } from "./view-routes.ts";

type Part = Target["subresource"];

/** Answers requests to one object and to its subresources. */
export async function handleObject(options: ResourceRoutesOptions, request: ObjectRequest): Promise<unknown> {
  const { kind, attributes } = request;
  const key = keyOfRequest(request);
  const { subresource = "" } = attributes;
  if (kind.namespaced && attributes.namespace === undefined) throw pageNotFound();
  if (kind.createOnly === true) throw methodNotAllowed();
  if (kind.viewOf !== undefined) return handleView(options, request, key);
  if (subresource === "scale" && kind.scale !== undefined) return scale(options, request, key);
  if (await options.streams.handle(request, kind, key, subresource)) return request.reply;
  if (kind.kind === "Phase" && subresource === "items") return handleItems(options, request, key);
  formOf(request);
  const part = partOf(kind, subresource);
  if (part === undefined) return runAction(options, request, key, subresource);
  switch (attributes.verb) {
    case "get":
      checkReached(options.backend, parseRevision(request.info.query.get("resourceVersion") ?? ""));
      return sendObject(options, request, 200, getState(options.backend, kind, key));
    case "update": {
      const target = { kind, key, subresource: part };
      const updated = await updateObject(options.backend, target, bodyOf(request), contextOf(request));
      return sendObject(options, request, 200, updated);
    }
    case "patch":
      return patch(options, request, key, part);
    case "delete":
      if (part !== "") throw methodNotAllowed();
      return remove(options, request, key);
    default:
      throw methodNotAllowed();
  }
}

/** The part of an object that a subresource writes; "" is the object, undefined is no part of it. */
function partOf(kind: KindInfo, subresource: string): Part | undefined {
  if (subresource === "") return "";
  if (subresource === "status") return kind.hasStatus ? "status" : undefined;
  return subresource === "finalize" && kind.kind === "Namespace" ? "finalize" : undefined;
}

async function runAction(
  options: ResourceRoutesOptions,
  request: ObjectRequest,
  key: ObjectKey,
  subresource: string,
): Promise<unknown> {
  const { kind, attributes, identity } = request;
  const { dryRun } = contextOf(request);
  const action = actionOf(options.actions, kind, subresource);
  if (attributes.verb !== "create") throw methodNotAllowed();
  const answer = await action({ key, body: bodyOf(request), identity, dryRun });
  return sendJson(request, 201, JSON.stringify(answer ?? { kind: "Status", apiVersion: "v1", status: "Success" }));
}

async function patch(
  options: ResourceRoutesOptions,
  request: ObjectRequest,
  key: ObjectKey,
  subresource: Part,
): Promise<unknown> {
  const { kind, info } = request;
  const type = patchTypeOf(request.request.headers["content-type"]);
  const force = info.query.optionalFlag("force");
  const context = contextOf(request, type === "apply");
  const wanted = { kind, key, subresource, type, body: bodyOf(request), force };
  const { state, created } = await patchObject(options.backend, wanted, context);
  return sendObject(options, request, created ? 201 : 200, state);
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
      const patch = { type, body: bodyOf(request), force: request.info.query.optionalFlag("force") };
      const scaled = await patchScale(backend, kind, key, patch, contextOf(request, type === "apply"));
      return sendJson(request, 200, JSON.stringify(scaled));
    }
    default:
      throw methodNotAllowed();
  }
}

async function remove(options: ResourceRoutesOptions, request: ObjectRequest, key: ObjectKey): Promise<unknown> {
  const { kind, info } = request;
  const { request: wanted, dryRun } = readDeleteOptions(bodyOf(request), info.query);
  const { state, gone } = await deleteObject(options.backend, kind, key, wanted, contextForDelete(request, dryRun));
  if (!gone) return sendObject(options, request, 200, state);
  const { uid } = state.glance.metadata;
  const details = {
    name: key.name,
    ...(kind.group !== "" && { group: kind.group }),
    kind: kind.plural,
    ...(uid !== undefined && { uid }),
  };
  return sendJson(
    request,
    200,
    JSON.stringify({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details }),
  );
}
