import type { IncomingHttpHeaders } from "node:http";
import { isSame } from "./sessions.ts";

const csrfHeader = "x-plush-csrf";

export interface CheckedRequest {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Whether a browser asks us by one of our own names. Another name leads to this computer because its owner says so, and
 * a page of that name would be one of ours to the browser.
 */
export function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

/** Whether a request comes from our own page, or from no page at all, as far as the browser says. */
export function isOwnPage({ headers }: CheckedRequest): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  return headers.origin === undefined || isOwnOrigin(headers);
}

/** A person follows a link of another page to one of ours: harmless, as that page does not see what comes. */
export function isVisit({ method, headers }: CheckedRequest): boolean {
  return (
    (method === "GET" || method === "HEAD") &&
    headers["sec-fetch-mode"] === "navigate" &&
    headers["sec-fetch-dest"] === "document"
  );
}

/** Why a request that may change something is refused; undefined: it comes from our page. */
export function refusalOf(request: CheckedRequest, csrf: string): string | undefined {
  const { method, headers } = request;
  if (method === "GET" || method === "HEAD") return undefined;
  if (!isOwnOrigin(headers)) return `a request that changes something must come from the console's own page`;
  const sent = headers[csrfHeader];
  if (isSame(typeof sent === "string" ? sent : undefined, csrf)) return undefined;
  return `a request that changes something needs the header ${csrfHeader} with the page's value: load the page again`;
}

/** As `refusalOf`, of WebSockets: a browser opens them for every page, and sends no headers of the page's. */
export function socketRefusalOf({ headers }: CheckedRequest): string | undefined {
  return isOwnOrigin(headers) ? undefined : "a WebSocket must be opened by the console's own page";
}

/** The browser's word, which a page cannot change. */
function isOwnOrigin({ origin, host }: IncomingHttpHeaders): boolean {
  return origin !== undefined && origin === `http://${host}`;
}

/** The value of a cookie. */
export function cookieOf({ headers }: CheckedRequest, name: string): string | undefined {
  for (const part of (headers.cookie ?? "").split(";")) {
    const [key, ...value] = part.trim().split("=");
    if (key === name) return value.join("=");
  }
  return undefined;
}
