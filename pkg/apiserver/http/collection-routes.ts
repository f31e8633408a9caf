import { StatusError } from "../../status/index.ts";
import { createObject } from "../create.ts";
import { deleteObject } from "../delete.ts";
import { type ListRequest, listObjects, recallList } from "../list.ts";
import { readDeleteOptions } from "./delete-options.ts";
import { bodyOf, sendJson } from "./exchange.ts";
import { formOf, pageText, sendObject } from "./object-answers.ts";
import {
  contextForDelete,
  contextOf,
  methodNotAllowed,
  type ObjectRequest,
  type ResourceRoutesOptions,
  selectionOf,
} from "./object-request.ts";
import { listText } from "./object-text.ts";
import { answerCarrier } from "./watch-carrier.ts";
import { watchOptionsOf } from "./watch-request.ts";
import { streamWatch } from "./watch-stream.ts";

/** Answers requests to all objects of a kind: list, watch, create, delete all. */
export function handleCollection(options: ResourceRoutesOptions, request: ObjectRequest): Promise<unknown> | unknown {
  const { kind, attributes } = request;
  const { verb } = attributes;
  // Over all namespaces one can look, and nothing else.
  const isEverywhere = kind.namespaced && attributes.namespace === undefined;
  if (isEverywhere && verb !== "list" && verb !== "watch") throw methodNotAllowed();
  if (verb === "watch" && request.request.raw.method === "HEAD") throw methodNotAllowed();
  formOf(request);
  switch (verb) {
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

async function create(options: ResourceRoutesOptions, request: ObjectRequest): Promise<unknown> {
  const { kind, attributes } = request;
  const body = bodyOf(request);
  const created = await createObject(options.backend, kind, attributes.namespace, body, contextOf(request));
  return sendObject(options, request, 201, created);
}

async function list(options: ResourceRoutesOptions, request: ObjectRequest): Promise<unknown> {
  const { query } = request.info;
  const form = formOf(request);
  const selection = selectionOf(request);
  const wanted: ListRequest = {
    limit: query.number("limit"),
    continue: query.get("continue"),
    resourceVersion: query.get("resourceVersion"),
    resourceVersionMatch: query.get("resourceVersionMatch"),
    sendInitialEvents: query.optionalFlag("sendInitialEvents"),
  };
  await recallList(options.backend, selection, wanted);
  const page = listObjects(options.backend, selection, wanted);
  return sendJson(request, 200, pageText(options, request, form, page));
}

function watch(options: ResourceRoutesOptions, request: ObjectRequest): unknown {
  const { reply } = request;
  const end = streamWatch(answerCarrier(reply.raw), watchOptionsOf(options, request));
  // From here on the stream is ours; what was thrown above is answered as a Status.
  reply.hijack();
  const ended = options.onWatch(end);
  reply.raw.once("close", () => ended());
  return reply;
}

async function deleteCollection(options: ResourceRoutesOptions, request: ObjectRequest): Promise<unknown> {
  const { kind, info } = request;
  const { backend } = options;
  const { request: wanted, dryRun } = readDeleteOptions(bodyOf(request), info.query);
  const context = contextForDelete(request, dryRun);
  const page = listObjects(backend, selectionOf(request), {});
  await Promise.all(
    page.items.map(async ({ glance }) => {
      const { namespace = "", name = "" } = glance.metadata;
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
