import { fetchTransport } from "../client/portable.ts";
import { StatusError } from "../status/index.ts";
import { type Client, makeClient } from "./client.ts";

export interface BrowserOptions {
  /** "https://HOST:PORT"; default: where the page is from. */
  readonly url?: string;
  /** Bearer token; absent: the page's cookies speak for the user, or whatever stands between page and server. */
  readonly token?: string;
  /** Whether cookies go along; default "same-origin". */
  readonly credentials?: "omit" | "same-origin" | "include";
  /** Of objects for which none is given; default "default". */
  readonly namespace?: string;
  /** Who owns what is written; default "plush-client". */
  readonly fieldManager?: string;
  /** In place of the platform's. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A client that talks through fetch. Nothing is sent before its first call. */
export async function connect(options: BrowserOptions = {}): Promise<Client> {
  const { url = pageOrigin(), namespace, fieldManager, ...rest } = options;
  return makeClient({
    transport: fetchTransport({ server: url, ...rest }),
    ...(namespace !== undefined && { namespace }),
    ...(fieldManager !== undefined && { fieldManager }),
  });
}

function pageOrigin(): string {
  // Pages have a location; this is compiled without the types of browsers.
  const { location } = globalThis as { readonly location?: { readonly origin: string } };
  if (location === undefined) throw new StatusError("BadRequest", "no url: say which server is meant");
  return location.origin;
}
