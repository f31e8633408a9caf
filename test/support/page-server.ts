import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { httpClient, loadConfiguration } from "../../pkg/client/index.ts";

type Client = ReturnType<typeof httpClient>;

/** Where files are, and what is answered where there is none of the name. */
interface Place {
  readonly prefix: string;
  readonly fallback?: string;
}

const types: Readonly<Record<string, string>> = {
  ...{ js: "text/javascript", css: "text/css", json: "application/json", html: "text/html" },
};

/**
 * Pages and the API under one origin: what is asked below /app/ is a file, everything else is passed on to the API in the
 * name of a kubeconfig's user.
 */
export class PageServer {
  readonly #files: ReadonlyMap<string, string>;
  readonly #api: Client;
  readonly #server: Server;
  readonly #place: Place;

  private constructor(files: ReadonlyMap<string, string>, api: Client, place: Place) {
    this.#files = files;
    this.#place = place;
    this.#api = api;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** `files`: paths by the names that pages know them by. Listens on a free port of loopback. */
  static async start(
    kubeconfig: string,
    files: ReadonlyMap<string, string>,
    place: Place = { prefix: "/app/" },
  ): Promise<PageServer> {
    const { connection } = await loadConfiguration({ file: kubeconfig, env: {}, home: "/" });
    const pages = new PageServer(files, httpClient(connection), place);
    await new Promise<void>((resolve) => pages.#server.listen(0, "127.0.0.1", resolve));
    return pages;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As a network that fails for a moment. */
  dropConnections(): void {
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.#api.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "/";
    const { prefix, fallback = "" } = this.#place;
    if (!path.startsWith(prefix)) return this.#passOn(request, response, path);
    const name = path.slice(prefix.length).split("?")[0] ?? "";
    const file = this.#files.get(name) ?? this.#files.get(fallback);
    const type = types[file?.split(".").at(-1) ?? ""] ?? "text/plain";
    response.writeHead(file === undefined ? 404 : 200, { "content-type": type });
    response.end(file === undefined ? "" : await readFile(file));
  }

  async #passOn(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { accept = "*/*", "content-type": type } = request.headers;
    const ended = new AbortController();
    response.once("close", () => ended.abort());
    const hasBody = request.method !== "GET";
    const answer = await this.#api.transport.request({
      method: request.method ?? "GET",
      path,
      headers: { accept, ...(type !== undefined && { "content-type": type }) },
      signal: ended.signal,
      ...(hasBody && { body: request }),
    });
    response.writeHead(answer.status, { "content-type": answer.headers["content-type"] ?? "text/plain" });
    response.flushHeaders();
    await pipeline(answer.body, response);
  }
}
