import { hasVerb, type KindInfo, kindByResource } from "../../api/index.ts";
import type { ResourceAttributes } from "../../auth/index.ts";
import { handleCollection } from "./collection-routes.ts";
import type { Exchange } from "./exchange.ts";
import { methodNotAllowed, pageNotFound, type ResourceRoutesOptions } from "./object-request.ts";
import { handleObject } from "./single-routes.ts";
import { handleUsage, isMeasured } from "./usage-routes.ts";

/** Answers everything below /api/v1/ and /apis/GROUP/VERSION/ that is about stored objects. */
export function makeResourceHandler(options: ResourceRoutesOptions): (exchange: Exchange) => Promise<unknown> {
  return async (exchange) => {
    const { attributes, version } = exchange.info;
    if (attributes.kind !== "resource") throw pageNotFound();
    const kind = kindByResource(attributes.group, version, attributes.resource);
    if (kind === undefined) throw pageNotFound();
    if (attributes.namespace !== undefined && !kind.namespaced) throw pageNotFound();
    const request = { ...exchange, kind, attributes };
    if (!mayDo(kind, attributes)) throw methodNotAllowed(kind);
    if (isMeasured(kind) && attributes.subresource === undefined) return handleUsage(options, request);
    return attributes.name === undefined ? handleCollection(options, request) : handleObject(options, request);
  };
}

/** Subresources have verbs of their own. */
function mayDo(kind: KindInfo, { verb, subresource }: ResourceAttributes): boolean {
  return subresource !== undefined || hasVerb(kind, verb);
}
