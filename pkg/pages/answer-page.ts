import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { contentTypeOf } from "./content-types.ts";
import { acceptedEncodings } from "./encodings.ts";
import { type PageAnswer, pageRoot } from "./page-answer.ts";
import { contentSecurityPolicy, fileHeaders, pageHeaders } from "./page-security.ts";
import type { Pages } from "./pages.ts";

export interface PageRequest {
  readonly method?: string | undefined;
  /** From "/" on, query included. */
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** What the page is told of the way it came. */
export interface PageFacts {
  /** token: it has to show one itself. proxy: who stands between speaks for it. */
  readonly session: "token" | "proxy";
  /** What the page has to send along with what changes something, so that no other page can. */
  readonly csrf?: string;
  /** Of a proxy: which server stands behind it, "https://HOST:PORT". */
  readonly server?: string;
}

const assets = "assets/";
/** A name of an asset says what is in it. */
const forEver = "public, max-age=31536000, immutable";

/** Answers a request below /ui. `pages` undefined: there is no console. An address that is no file is one of the page's. */
export async function answerPage(
  pages: Pages | undefined,
  request: PageRequest,
  facts: PageFacts,
): Promise<PageAnswer> {
  const { method = "GET", url = "/", headers } = request;
  if (pages === undefined)
    return text(404, "There is no console here: this server was installed without its files (dist/console).");
  if (method !== "GET" && method !== "HEAD") return text(405, "Only GET and HEAD.", { allow: "GET, HEAD" });
  const [path = ""] = url.split("?");
  if (path === "/ui") return { ...text(308, ""), headers: { ...fileHeaders, location: pageRoot } };
  const name = path.slice(pageRoot.length);
  const file =
    name === "index.html" ? undefined : await pages.file(name, acceptedEncodings(headers["accept-encoding"]));
  if (file === undefined) {
    // A page of another build asks for what is there no more; a page in its place would only confuse it.
    if (name.startsWith(assets)) return text(404, "There is no such file.");
    return indexAnswer(await pages.index(), headers.host, facts);
  }
  const common = {
    ...fileHeaders,
    etag: file.tag,
    vary: "Accept-Encoding",
    "cache-control": name.startsWith(assets) ? forEver : "no-cache",
  };
  if (namesTag(headers["if-none-match"], file.tag)) return { code: 304, headers: common, body: "" };
  return {
    code: 200,
    headers: {
      ...common,
      "content-type": contentTypeOf(name),
      ...(file.encoding !== undefined && { "content-encoding": file.encoding }),
    },
    body: file.bytes,
  };
}

function indexAnswer(index: string, host: string | undefined, facts: PageFacts): PageAnswer {
  const { session, csrf = "", server = "" } = facts;
  const nonce = randomBytes(18).toString("base64url");
  const values: Readonly<Record<string, string>> = {
    NONCE: nonce,
    SESSION: session,
    CSRF: csrf,
    SERVER: escaped(server),
  };
  return {
    code: 200,
    headers: {
      ...pageHeaders,
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": contentSecurityPolicy(nonce, host, session === "token" ? "wss" : "ws"),
    },
    body: index.replace(/__(NONCE|SESSION|CSRF|SERVER)__/g, (_, name: string) => values[name] ?? ""),
  };
}

/** For an attribute: an address may have anything in it. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function text(code: number, message: string, headers: Readonly<Record<string, string>> = {}): PageAnswer {
  return {
    code,
    headers: {
      ...fileHeaders,
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      ...headers,
    },
    body: `${message}\n`,
  };
}

/** RFC 9110, 13.1.2. */
function namesTag(header: string | undefined, tag: string): boolean {
  return (header ?? "").split(",").some((each) => each.trim().replace(/^W\//, "") === tag);
}
