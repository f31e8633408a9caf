import type { ApiObject } from "../backend.ts";
import { badRequest } from "../errors.ts";
import type { ObjectPage } from "../list.ts";
import type { ObjectState } from "../object-state.ts";
import type { ObjectEvent } from "../watch.ts";
import type { Asked } from "./answer.ts";
import { sendJson } from "./exchange.ts";
import { chooseForm, type Form } from "./negotiate.ts";
import type { ObjectRequest, ResourceRoutesOptions } from "./object-request.ts";
import { eventLine, listMetadata, listText } from "./object-text.ts";
import { type IncludeObject, makeTable, type Table } from "./table.ts";
import { partialText, tableText } from "./table-text.ts";

/** Objects in the form that the client asked for: whole, as rows of a table, or their metadata alone. */

/** What decides in which form objects are sent. */
interface FormedRequest extends Pick<ObjectRequest, "kind" | "info"> {
  readonly request: Pick<Asked, "headers">;
}

type FormOptions = Pick<ResourceRoutesOptions, "backend">;

export function sendObject(
  options: ResourceRoutesOptions,
  request: ObjectRequest,
  code: number,
  state: ObjectState,
): unknown {
  const form = formOf(request);
  if (form === "json") return sendJson(request, code, state.text);
  if (form === "partial") return sendJson(request, code, partialText(state));
  const { object } = state;
  const { resourceVersion } = object.metadata;
  return sendJson(request, code, JSON.stringify(tableOf(options, request, [object], { resourceVersion })));
}

/** The body of a list. */
export function pageText(options: ResourceRoutesOptions, request: ObjectRequest, form: Form, page: ObjectPage): string {
  const { kind } = request;
  if (form === "json") return listText(kind, page);
  if (form === "partial") {
    const head = { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata: listMetadata(page) };
    return `${JSON.stringify(head).slice(0, -1)},"items":[${page.items.map(partialText).join(",")}]}`;
  }
  const { items } = page;
  const includeObject = includeObjectOf(request);
  return tableText({ kind, items, metadata: listMetadata(page), includeObject, now: options.backend.clock.now() });
}

function tableOf(
  { backend }: FormOptions,
  request: FormedRequest,
  objects: readonly ApiObject[],
  metadata: Readonly<Record<string, unknown>>,
): Table {
  const includeObject = includeObjectOf(request);
  return makeTable({ kind: request.kind, objects, metadata, includeObject, now: backend.clock.now() });
}

function includeObjectOf({ info }: Pick<FormedRequest, "info">): IncludeObject {
  const value = info.query.get("includeObject") ?? "Metadata";
  if (value === "Metadata" || value === "Object" || value === "None") return value;
  throw badRequest(`includeObject: unsupported value ${JSON.stringify(value)}`);
}

/** Makes events of a watch into lines. */
export function encoderFor(options: FormOptions, request: FormedRequest): (event: ObjectEvent) => Buffer {
  const form = formOf(request);
  if (form === "json") return eventLine;
  const encodeText = (event: ObjectEvent, object: string): Buffer =>
    Buffer.from(`{"type":"${event.type}","object":${object}}\n`);
  if (form === "partial") return (event) => encodeText(event, partialText(event.state));
  let isFirst = true;
  return (event) => {
    const { object } = event.state;
    const { resourceVersion } = object.metadata;
    const table = tableOf(options, request, [object], { resourceVersion });
    // Columns are told once a connection.
    const told = isFirst ? table : { ...table, columnDefinitions: [] };
    isFirst = false;
    return encodeText(event, JSON.stringify(told));
  };
}

/** In which form the client wants objects. Throws, before anything is done, where that is none. */
export function formOf(request: Pick<FormedRequest, "info" | "request">): Form {
  const form = chooseForm(request.request.headers.accept);
  if (form === "table") includeObjectOf(request);
  return form;
}
