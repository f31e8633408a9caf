import {
  fetchTransport,
  type RestApi,
  restClient,
  type SocketTransport,
  type Transport,
} from "../../client/portable.ts";

/** How the page speaks with the server, and in whose name. */
export interface Session {
  /** "proxy": `plush ui` stands between, and knows who the user is; "token": the page shows a bearer token. */
  readonly mode: "proxy" | "token";
  readonly api: RestApi;
  /** For what is no object: plans, logs, commands, files. */
  readonly transport: Transport & SocketTransport;
  /** Ends every request and watch. */
  close(): void;
}

const tokenKey = "plush-token";
/** What a proxy wants to see from its own page with each request that changes something. */
const csrfHeader = "x-plush-csrf";

/** What the server wrote into the page's head; undefined where it wrote nothing. */
export function pageFact(name: "csp-nonce" | "plush-session" | "plush-csrf"): string | undefined {
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
  return content === undefined || content === "" || content.startsWith("__") ? undefined : content;
}

/** Whether a token is needed before anything can be asked. */
export function needsToken(): boolean {
  return pageFact("plush-session") === "token" && readToken() === undefined;
}

/** Of this tab alone: closing it forgets the token. */
export function readToken(): string | undefined {
  return sessionStorage.getItem(tokenKey) ?? undefined;
}

export function rememberToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(tokenKey);
  else sessionStorage.setItem(tokenKey, token);
}

export function openSession(): Session {
  const mode = pageFact("plush-session") === "token" ? "token" : "proxy";
  const token = mode === "token" ? readToken() : undefined;
  const csrf = pageFact("plush-csrf");
  const transport = fetchTransport({
    server: location.origin,
    ...(token !== undefined && { token }),
    ...(csrf !== undefined && { headers: { [csrfHeader]: csrf } }),
  });
  return { mode, transport, api: restClient(transport), close: () => transport.close() };
}
