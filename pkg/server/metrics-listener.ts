import { createServer } from "node:http";
import type { Metrics } from "../metrics/index.ts";
import { StatusError } from "../status/index.ts";

export interface MetricsListener {
  readonly port: number;
  /** Breaks what is being answered. */
  close(): Promise<void>;
}

/** Serves /metrics without credentials at an address of its own. Rejects where it cannot listen there. */
export async function listenForMetrics(
  metrics: Metrics,
  at: { readonly host: string; readonly port: number },
): Promise<MetricsListener> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url?.split("?")[0] !== "/metrics")
      return void response.writeHead(404).end();
    metrics.text(request.headers.accept).then(
      ({ contentType, body }) => response.writeHead(200, { "content-type": contentType }).end(body),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(cannotListen(error, at)));
    server.listen(at.port, at.host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : at.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cannotListen(error: Error, { host, port }: { readonly host: string; readonly port: number }): StatusError {
  return new StatusError("Conflict", `cannot serve metrics at ${host}:${port}: ${error.message}`, { cause: error });
}
