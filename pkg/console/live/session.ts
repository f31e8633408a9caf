import {
  fetchTransport,
  type RestApi,
  readBody,
  restClient,
  type SocketTransport,
  type Transport,
} from "../../client/portable.ts";
import { AccessBook } from "./access-book.ts";
import { Connection } from "./connection.ts";
import { steadyTransport } from "./steady-transport.ts";

/** How the page speaks with the server, and in whose name. */
export interface Session {
  /** "proxy": `plush ui` stands between, and knows who the user is; "token": the page shows a bearer token. */
  readonly mode: "proxy" | "token";
  readonly api: RestApi;
  /** For what is no object: plans, logs, commands, files. */
  readonly transport: Transport & SocketTransport;
  /** What the user may do; read it by useMay. */
  readonly access: AccessBook;
  readonly connection: Connection;
  /** Ends every request and watch. */
  close(): void;
}

const tokenKey = "plush-token";
/** What a proxy wants to see from its own page with each request that changes something. */
const csrfHeader = "x-plush-csrf";

/** What the server wrote into the page's head; undefined where it wrote nothing. */
export function pageFact(name: "csp-nonce" | "plush-session" | "plush-csrf" | "plush-server"): string | undefined {
  const content = document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
  return content === undefined || content === "" || content.startsWith("__") ? undefined : content;
}

/** Whether somebody stands between who knows the user: `plush ui`. */
export function isProxied(): boolean {
  return pageFact("plush-session") !== "token";
}

/** Whether a token is needed before anything can be asked. */
export function needsToken(): boolean {
  return !isProxied() && readToken() === undefined;
}

/** Of this tab alone: closing it forgets the token. */
function readToken(): string | undefined {
  return sessionStorage.getItem(tokenKey) ?? undefined;
}

export function rememberToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(tokenKey);
  else sessionStorage.setItem(tokenKey, token);
}

/** `onUnauthorized`: the server, or `plush ui`, does not know, or no more, who this is. */
export function openSession(onUnauthorized: (isStranger: boolean) => void): Session {
  const mode = isProxied() ? "proxy" : "token";
  const own = transportWith(mode === "token" ? readToken() : undefined);
  const connection = new Connection({
    probe: (signal) => probe(own, signal),
    now: Date.now,
    random: Math.random,
    setTimer(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  });
  const transport = steadyTransport(own, { connection, onUnauthorized, onForbidden: () => access.refresh() });
  const access = new AccessBook(transport);
  // Who comes back to a computer that slept wants to know at once.
  const wake = (): void => (connection.state.status === "away" ? connection.tryNow() : connection.doubt());
  for (const event of ["online", "offline"]) window.addEventListener(event, wake);
  return {
    ...{ mode, transport, access, connection, api: restClient(transport) },
    close() {
      for (const event of ["online", "offline"]) window.removeEventListener(event, wake);
      connection.close();
      transport.close();
    },
  };
}

/** To where the page is from, with a token where there is one. Throws BadRequest where a token would travel in the clear. */
export function transportWith(token: string | undefined): Transport & SocketTransport {
  const csrf = pageFact("plush-csrf");
  return fetchTransport({
    server: location.origin,
    ...(token !== undefined && { token }),
    ...(csrf !== undefined && { headers: { [csrfHeader]: csrf } }),
  });
}

async function probe(transport: Transport, signal: AbortSignal): Promise<void> {
  const { status, body } = await transport.request({ method: "GET", path: "/livez", signal });
  const text = await readBody(body);
  // A server that says that it is not well is there all the same.
  if (status < 502) return;
  const { message } = JSON.parse(text) as { readonly message?: string };
  throw new Error(message ?? `HTTP ${status}`);
}
