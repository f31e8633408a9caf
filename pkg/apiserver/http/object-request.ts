import type { Readable } from "node:stream";
import type { KindInfo, ObjectKey } from "../../api/index.ts";
import type { ResourceAttributes } from "../../auth/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Backend, WriteContext } from "../backend.ts";
import { notFound, onlyShown } from "../errors.ts";
import type { ObjectActions } from "../object-actions.ts";
import { makeSelection, type Selection } from "../selection.ts";
import type { ReadUsage } from "../views/read-usage.ts";
import { type Exchange, parsedBodyOf } from "./exchange.ts";
import type { StreamRoutes } from "./stream-routes.ts";
import type { WatchHooks } from "./watch-stream.ts";
import { readWriteContext } from "./write-options.ts";

export interface ResourceRoutesOptions extends WatchHooks {
  readonly backend: Backend;
  readonly actions: ObjectActions;
  readonly streams: StreamRoutes;
  /** Absent: no machine is reached. */
  readonly usage: ReadUsage | undefined;
  /** What was fetched and kept, by its digest; absent: nothing is kept. */
  readonly openBlob: ((digest: string) => Promise<Readable | undefined>) | undefined;
}

/** A request to objects of a known kind. */
export interface ObjectRequest extends Exchange {
  readonly kind: KindInfo;
  readonly attributes: ResourceAttributes;
}

export function pageNotFound(): StatusError {
  return new StatusError("NotFound", "the server could not find the requested resource");
}

/** With `kind`: one of whose verbs only some are served; a view says what is to be used in its place. */
export function methodNotAllowed(kind?: KindInfo): StatusError {
  if (kind?.viewOf !== undefined) return onlyShown(kind);
  return new StatusError("MethodNotAllowed", "the server does not allow this method on the requested resource");
}

export function selectionOf({
  kind,
  attributes,
  info,
}: Pick<ObjectRequest, "kind" | "attributes" | "info">): Selection {
  return makeSelection(kind, {
    namespace: attributes.namespace,
    labelSelector: info.query.get("labelSelector"),
    fieldSelector: info.query.get("fieldSelector"),
  });
}

export function keyOfRequest({ kind, attributes }: ObjectRequest): ObjectKey {
  const { namespace = "", name } = attributes;
  if (name === undefined) throw notFound(kind, "");
  return { namespace, name };
}

export function contextOf(request: ObjectRequest, isApply = false): WriteContext {
  return readWriteContext({
    identity: request.identity,
    query: request.info.query,
    userAgent: request.request.headers["user-agent"],
    verb: request.attributes.verb,
    isApply,
    warn: (text) => request.warnings.push(text),
    duplicates: () => parsedBodyOf(request).duplicates(),
  });
}

export function contextForDelete(request: ObjectRequest, dryRun: boolean): WriteContext {
  return { ...contextOf(request), dryRun };
}
