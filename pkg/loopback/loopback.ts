import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { StreamTransport } from "../client/index.ts";
import type { Clock } from "../clock/index.ts";
import { answerPage, isPagePath, type Pages, pageRoot, sendPage } from "../pages/index.ts";
import { forbidden, notLetIn, type Refusal, refuseSocket, sendRefusal } from "./own-answers.ts";
import { leadOn, strangerPage } from "./own-pages.ts";
import { passOn } from "./pass-on.ts";
import { passSocket } from "./pass-socket.ts";
import { cookieOf, isOwnHost, isOwnPage, isVisit, refusalOf, socketRefusalOf } from "./request-checks.ts";
import { type BrowserSession, Sessions } from "./sessions.ts";

export interface LoopbackOptions {
  /** To the server, in the user's name. */
  readonly transport: StreamTransport;
  /** Its address, for people. */
  readonly server: string;
  readonly pages: Pages;
  /** 0: any free one. */
  readonly port: number;
  readonly clock: Clock;
}

export interface Loopback {
  readonly port: number;
  /** An address that lets one browser in, once, within some minutes. */
  newLink(): string;
  close(): Promise<void>;
}

const host = "127.0.0.1";
/** Everybody may have them, and a page whose cookie is not good any more needs them to say so. */
const assets = `${pageRoot}assets/`;

/**
 * Serves the console and the API on this computer's loopback. A browser is let in by a code, and known by a cookie from
 * then on; its pages act in the name of the user whose `transport` it is, and never see how. Rejects where the port is taken.
 */
export async function startLoopback(options: LoopbackOptions): Promise<Loopback> {
  const server = createServer({ requestTimeout: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const sessions = new Sessions(options.clock);
  const door = new Door(options, sessions, port);
  const sockets = new Set<Duplex>();
  server.on("request", (request, response) => void door.answer(request, response));
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    door.upgrade(request, socket, head);
  });
  return {
    port,
    newLink: () => `http://${host}:${port}${pageRoot}?code=${sessions.newCode()}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

class Door {
  readonly #options: LoopbackOptions;
  readonly #sessions: Sessions;
  readonly #port: number;
  /** Browsers keep cookies by name and host, whatever the port: another of our kind has another name for its own. */
  readonly #cookieName: string;

  constructor(options: LoopbackOptions, sessions: Sessions, port: number) {
    this.#options = options;
    this.#sessions = sessions;
    this.#port = port;
    this.#cookieName = `plush-ui-${port}`;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const refusal = this.#refusalOf(request);
      if (refusal !== undefined) sendRefusal(response, refusal);
      else if (isPagePath(request.url ?? "/")) await this.#answerPage(request, response);
      else if (request.url === "/") sendPage(response, request.method, leadOn(pageRoot));
      else await this.#passOn(request, response);
    } catch {
      response.destroy();
    }
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = isOwnHost(request.headers.host, this.#port) ? this.#socketRefusalOf(request) : foreignHost;
    if (refusal !== undefined) refuseSocket(socket, refusal);
    else void passSocket(this.#options.transport, { request, socket, head });
  }

  /** What of a request can be told from its head. */
  #refusalOf(request: IncomingMessage): Refusal | undefined {
    if (!isOwnHost(request.headers.host, this.#port)) return foreignHost;
    if (isOwnPage(request) || (isVisit(request) && isPagePath(request.url ?? "/"))) return undefined;
    return forbidden("pages of other addresses have nothing to ask here");
  }

  #socketRefusalOf(request: IncomingMessage): Refusal | undefined {
    const message = socketRefusalOf(request);
    if (message !== undefined) return forbidden(message);
    return this.#sessionOf(request) === undefined ? notLetIn : undefined;
  }

  async #passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = this.#sessionOf(request);
    if (session === undefined) return sendRefusal(response, notLetIn);
    const message = refusalOf(request, session.csrf);
    if (message !== undefined) return sendRefusal(response, forbidden(message));
    await passOn(this.#options.transport, request, response);
  }

  async #answerPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? "/", `http://${host}`);
    const code = address.searchParams.get("code");
    const session = this.#sessionOf(request);
    if (code !== null) {
      const cookie = this.#sessions.exchange(code);
      address.searchParams.delete("code");
      const target = targetOf(address);
      if (cookie !== undefined) sendPage(response, request.method, leadOn(target, this.#setCookie(cookie)));
      else sendPage(response, request.method, session === undefined ? strangerPage() : leadOn(target));
    } else if (session !== undefined || (request.url ?? "").startsWith(assets)) {
      const { pages, server } = this.#options;
      const facts = { session: "proxy", csrf: session?.csrf ?? "", server } as const;
      sendPage(response, request.method, await answerPage(pages, request, facts));
    } else {
      // From a link of another page a browser sends no cookie that it may have.
      sendPage(response, request.method, isOwnPage(request) ? strangerPage() : leadOn(targetOf(address)));
    }
  }

  #sessionOf(request: IncomingMessage): BrowserSession | undefined {
    return this.#sessions.find(cookieOf(request, this.#cookieName));
  }

  #setCookie(value: string): string {
    return `${this.#cookieName}=${value}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

/** Dots in an address may lead out of the console, and slashes to another host. */
function targetOf({ pathname, search }: URL): string {
  return isPagePath(pathname) ? pathname + search : pageRoot;
}

const foreignHost = forbidden("this is no name of this computer's own: open the link that `plush ui` prints");
