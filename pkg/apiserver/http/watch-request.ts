import type { Backend } from "../backend.ts";
import type { Asked } from "./answer.ts";
import { encoderFor } from "./object-answers.ts";
import { type ObjectRequest, selectionOf } from "./object-request.ts";
import type { WatchHooks, WatchStreamOptions } from "./watch-stream.ts";

/** What a watch needs of a request, however it came. */
export interface WatchedRequest extends Pick<ObjectRequest, "kind" | "attributes" | "info"> {
  readonly request: Pick<Asked, "headers">;
}

/** Reads what is to be watched, from where on, and in which form. Throws a StatusError. */
export function watchOptionsOf(
  { backend, onDropped, onEvent }: { readonly backend: Backend } & Omit<WatchHooks, "onWatch">,
  request: WatchedRequest,
): WatchStreamOptions {
  const { query } = request.info;
  return {
    backend,
    clock: backend.clock,
    selection: selectionOf(request),
    request: {
      resourceVersion: query.get("resourceVersion"),
      resourceVersionMatch: query.get("resourceVersionMatch"),
      sendInitialEvents: query.optionalFlag("sendInitialEvents"),
    },
    allowBookmarks: query.flag("allowWatchBookmarks"),
    timeoutSeconds: query.number("timeoutSeconds"),
    encode: encoderFor({ backend }, request),
    onDropped,
    onEvent,
  };
}
