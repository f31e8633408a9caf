import type { IncomingMessage, ServerResponse } from "node:http";
import { answerPage, isPagePath, type Pages, pageRoot, sendPage } from "../../pages/index.ts";
import { StatusError } from "../../status/index.ts";
import { DirectAnswer } from "./direct-answer.ts";
import { sendError } from "./exchange.ts";
import type { RequestLimits } from "./request-limits.ts";
import type { RequestMetrics } from "./request-metrics.ts";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export interface PageServerOptions {
  /** Absent: there is no console, which is what its address answers. */
  readonly pages: Pages | undefined;
  readonly limits: RequestLimits;
  readonly metrics: RequestMetrics;
}

/**
 * Serves the console below /ui, and hands all other requests on. Nothing in it is secret, and a browser that loads it has
 * no credential yet: nobody is asked who they are.
 */
export function makePageServer(options: PageServerOptions, others: Listener): Listener {
  return (request, response) => {
    const { url = "/" } = request;
    if (isPagePath(url)) void serve(options, request, response);
    else if (options.pages !== undefined && isPerson(request)) toConsole(response);
    else others(request, response);
  };
}

/** Who types the server's name into a browser looks for a page, and not for a list of paths. */
function isPerson({ method, url, headers }: IncomingMessage): boolean {
  return method === "GET" && url === "/" && /\btext\/html\b/.test(headers.accept ?? "");
}

function toConsole(response: ServerResponse): void {
  // Programs get another answer at this address, with the same name.
  response.writeHead(302, { location: pageRoot, vary: "Accept", "cache-control": "no-store", "content-length": "0" });
  response.end();
}

async function serve(
  { pages, limits, metrics }: PageServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const startedAt = performance.now();
  response.once("close", () => {
    const attributes = { kind: "path", verb: "get", path: pageRoot } as const;
    metrics.observe(attributes, response.statusCode, (performance.now() - startedAt) / 1000);
  });
  try {
    limits.countPage(request.socket.remoteAddress);
    sendPage(response, request.method, await answerPage(pages, request, { session: "token" }));
  } catch (error) {
    if (response.headersSent) response.destroy();
    else sendError(new DirectAnswer(response), StatusError.from(error));
  }
}
