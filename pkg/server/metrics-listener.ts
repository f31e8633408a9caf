import { createServer, type Server } from "node:http";
import type { Metrics } from "../metrics/index.ts";

/** Serves /metrics without credentials at an address of its own. Rejects where it cannot listen there. */
export async function listenForMetrics(
  metrics: Metrics,
  at: { readonly host: string; readonly port: number },
): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url?.split("?")[0] !== "/metrics")
      return void response.writeHead(404).end();
    metrics.text().then(
      ({ contentType, body }) => response.writeHead(200, { "content-type": contentType }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, resolve);
  });
  return server;
}
