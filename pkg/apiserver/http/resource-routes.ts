import { kindByResource } from "../../api/index.ts";
import { handleCollection } from "./collection-routes.ts";
import type { Exchange } from "./exchange.ts";
import { pageNotFound, type ResourceRoutesOptions } from "./object-request.ts";
import { handleObject } from "./single-routes.ts";

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
