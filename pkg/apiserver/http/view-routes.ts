import { kinds, type ObjectKey, sourceOf } from "../../api/index.ts";
import { checkBody } from "../admission.ts";
import { badRequest } from "../errors.ts";
import { evictPod, readEviction } from "../evict.ts";
import { stateOf } from "../object-state.ts";
import { findLive, getState } from "../objects.ts";
import { applyPatch } from "../patch.ts";
import { writeNode } from "../views/node-write.ts";
import { containerName } from "../views/pod-status.ts";
import { patchTypeOf } from "./body.ts";
import { readDeleteOptions } from "./delete-options.ts";
import { bodyOf, sendJson } from "./exchange.ts";
import { formOf, sendObject } from "./object-answers.ts";
import {
  contextForDelete,
  contextOf,
  methodNotAllowed,
  type ObjectRequest,
  pageNotFound,
  type ResourceRoutesOptions,
} from "./object-request.ts";

/** Answers requests to one object of a view, and to its subresources: those of what it shows. */
export async function handleView(
  options: ResourceRoutesOptions,
  request: ObjectRequest,
  key: ObjectKey,
): Promise<unknown> {
  const { kind, attributes } = request;
  if (attributes.subresource !== undefined) return handleSubresource(options, request, key);
  formOf(request);
  switch (attributes.verb) {
    case "get":
      return sendObject(options, request, 200, getState(options.backend, kind, key));
    case "update":
    case "patch":
      return changeNode(options, request, key);
    case "delete":
      return deletePod(options, request, key);
    default:
      throw methodNotAllowed(kind);
  }
}

async function handleSubresource(
  options: ResourceRoutesOptions,
  request: ObjectRequest,
  key: ObjectKey,
): Promise<unknown> {
  const { kind, attributes, info } = request;
  const { subresource = "" } = attributes;
  if (kind.kind !== kinds.Pod.kind) throw pageNotFound();
  if (subresource === "eviction") return createEviction(options, request, key);
  const container = info.query.get("container") ?? containerName;
  if (container !== containerName) throw badRequest(`container ${container} is not valid for pod ${key.name}`);
  if (await options.streams.handle(request, sourceOf(kind), key, subresource)) return request.reply;
  throw pageNotFound();
}

async function changeNode(options: ResourceRoutesOptions, request: ObjectRequest, key: ObjectKey): Promise<unknown> {
  const { kind, attributes } = request;
  const body = bodyOf(request);
  const context = contextOf(request);
  if (attributes.verb === "update") {
    const sent = checkBody(kind, body);
    const node = await writeNode(options.backend, key, () => sent, context);
    return sendObject(options, request, 200, stateOf(node));
  }
  const type = patchTypeOf(request.request.headers["content-type"]);
  if (type === "apply") throw methodNotAllowed(kind);
  const node = await writeNode(options.backend, key, (shown) => applyPatch(shown, { kind, type, body }), context);
  return sendObject(options, request, 200, stateOf(node));
}

async function createEviction(
  options: ResourceRoutesOptions,
  request: ObjectRequest,
  key: ObjectKey,
): Promise<unknown> {
  if (request.attributes.verb !== "create") throw methodNotAllowed(request.kind);
  const context = contextOf(request);
  await evictPod(options.backend, key, readEviction(bodyOf(request), key, context.dryRun), context);
  const answer = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
  return sendJson(request, 201, JSON.stringify(answer));
}

/** Answers the pod as it stands: one that a phase made goes when its process has ended, and another comes. */
async function deletePod(options: ResourceRoutesOptions, request: ObjectRequest, key: ObjectKey): Promise<unknown> {
  const { backend } = options;
  const { request: wanted, dryRun } = readDeleteOptions(bodyOf(request), request.info.query);
  const context = contextForDelete(request, dryRun);
  const { object: before } = getState(backend, request.kind, key);
  await evictPod(backend, key, { preconditions: wanted.preconditions ?? {}, dryRun }, context);
  const after = findLive(backend, kinds.Pod, key)?.object;
  return sendObject(options, request, 200, stateOf(after ?? before));
}
