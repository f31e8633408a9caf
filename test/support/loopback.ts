import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { onTestFinished } from "vitest";
import { httpClient, type ServerConnection } from "../../pkg/client/index.ts";
import { systemClock } from "../../pkg/clock/index.ts";
import { type Loopback, startLoopback } from "../../pkg/loopback/index.ts";
import { openPages } from "../../pkg/pages/index.ts";

/** The proxy of `plush ui`, without its command. */
export async function openLoopback(connection: ServerConnection, directory: string): Promise<Loopback> {
  const client = httpClient(connection);
  const pages = openPages(directory);
  if (pages === undefined) throw new Error(`${directory} has no console: make build`);
  const loopback = await startLoopback({
    ...{ transport: client.transport, server: connection.server, pages },
    ...{ port: 0, clock: systemClock },
  });
  onTestFinished(async () => {
    await loopback.close();
    client.close();
  });
  return loopback;
}

interface Asked {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

export interface Told {
  readonly code: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A request with the headers that are given, and none that a browser would add. */
export function ask(port: number, path: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Told> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path, method, headers, agent: false };
    const outgoing = httpRequest(options, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({ code: response.statusCode ?? 0, headers: response.headers, body: text });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** What a browser has once it was let in: its cookie, and what its page knows. */
export async function enter(loopback: Loopback): Promise<{ readonly cookie: string; readonly csrf: string }> {
  const { pathname, search } = new URL(loopback.newLink());
  const { headers } = await ask(loopback.port, pathname + search);
  const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
  const page = await ask(loopback.port, "/ui/", { headers: { cookie } });
  const [, csrf = ""] = /name="plush-csrf" content="([^"]+)"/.exec(page.body) ?? [];
  return { cookie, csrf };
}
