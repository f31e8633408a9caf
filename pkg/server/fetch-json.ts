import type { FetchJson } from "../auth/index.ts";
import type { Egress } from "../egress/index.ts";
import { StatusError } from "../status/index.ts";

/** No document that is read this way comes near it. */
const maxBytes = 1024 * 1024;

/** Fetches JSON documents of somebody who is certified by `ca` (PEM), or, without, by an authority that all trust. */
export function makeFetchJson(egress: Egress, ca: string | undefined): FetchJson {
  return async (url, signal) => {
    const { stream } = await egress.get(url, { signal, maxBytes, ...(ca !== undefined && { ca }) });
    const text = Buffer.concat(await stream.toArray({ signal })).toString();
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new StatusError("Invalid", `${url} is no JSON`, { cause: error });
    }
  };
}
