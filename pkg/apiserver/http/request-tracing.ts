import type { IncomingMessage, ServerResponse } from "node:http";
import { inSpan, readTraceContext, type Tracer } from "../../tracing/index.ts";
import type { RequestInfo } from "./request-info.ts";

/** Has `run` be part of the span of a request, which ends with its answer. */
export type TraceRequest = (
  info: RequestInfo,
  request: IncomingMessage,
  response: ServerResponse,
  run: () => void,
) => void;

const firstServerFault = 500;

/** Names and attributes as OpenTelemetry has them for servers of HTTP. Watches last as long as somebody reads, and are left out. */
export function requestTracing(tracer: Tracer | undefined): TraceRequest | undefined {
  if (tracer === undefined) return undefined;
  return (info, { method = "GET", headers }, response, run) => {
    const { attributes: asked, path } = info;
    if (asked.verb === "watch") return run();
    const what = asked.kind === "resource" ? asked.resource : path;
    const span = tracer.start(`${asked.verb} ${what}`, {
      kind: "server",
      parent: readTraceContext(headers["traceparent"], headers["tracestate"]),
      attributes: {
        "http.request.method": method,
        "url.path": path,
        "url.scheme": "https",
        "user_agent.original": headers["user-agent"],
        ...(asked.kind === "resource" && {
          "plush.resource": asked.resource,
          "plush.group": asked.group,
          "plush.namespace": asked.namespace,
          "plush.name": asked.name,
        }),
      },
    });
    response.once("close", () => {
      span.set("http.response.status_code", response.statusCode);
      if (response.statusCode >= firstServerFault) span.fail(`answered ${response.statusCode}`);
      else if (!response.writableFinished) span.fail("the client has gone");
      span.end();
    });
    inSpan(span, run);
  };
}
