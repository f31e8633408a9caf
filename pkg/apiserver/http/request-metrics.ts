import { allKinds } from "../../api/index.ts";
import type { RequestAttributes } from "../../auth/index.ts";
import type { Metrics } from "../../metrics/index.ts";

export interface RequestMetrics {
  observe(attributes: RequestAttributes, code: number, seconds: number): void;
  /** A connection asks for another protocol. */
  streamStarted(): void;
  /** `code` is that of its answer; 0 where there was none. */
  streamEnded(attributes: RequestAttributes, code: number): void;
  watchStarted(): void;
  watchEnded(): void;
  watchDropped(): void;
  watchEvent(): void;
}

const knownResources = new Set([...allKinds.map(({ plural }) => plural), "blobs"]);
const knownVerbs = new Set(["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]);

export function makeRequestMetrics(metrics: Metrics): RequestMetrics {
  const requests = metrics.counter({
    name: "plush_api_requests_total",
    help: "Requests to the API by what they wanted and how they ended.",
    labels: ["verb", "resource", "code"],
  });
  const seconds = metrics.histogram({
    name: "plush_api_request_seconds",
    help: "Time from a request's head to the end of its answer, watches left out.",
    labels: ["verb"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const watches = metrics.gauge({ name: "plush_api_watches", help: "Watches that are open." });
  const streams = metrics.gauge({
    name: "plush_api_streams",
    help: "WebSockets that are open: commands, ports, logs.",
  });
  const dropped = metrics.counter({
    name: "plush_api_watches_dropped_total",
    help: "Watches ended because the client did not read.",
  });
  const events = metrics.counter({ name: "plush_api_watch_events_total", help: "Events sent to watches." });
  const expired = metrics.counter({
    name: "plush_api_watches_expired_total",
    help: "Watches refused because what they ask for is too old to be known: the client has to list anew.",
  });
  for (const verb of [...knownVerbs, "other"]) if (verb !== "watch") seconds.zero({ verb });
  const count = (attributes: RequestAttributes, code: number): string => {
    const verb = knownVerbs.has(attributes.verb) ? attributes.verb : "other";
    requests.inc({ verb, resource: resourceLabel(attributes), code: String(code) });
    return verb;
  };
  return {
    observe(attributes, code, elapsed) {
      const verb = count(attributes, code);
      if (verb !== "watch") seconds.observe({ verb }, elapsed);
      else if (code === 410) expired.inc();
    },
    streamStarted: () => streams.inc(),
    streamEnded(attributes, code) {
      streams.dec();
      count(attributes, code);
    },
    watchStarted: () => watches.inc(),
    watchEnded: () => watches.dec(),
    watchDropped: () => dropped.inc(),
    watchEvent: () => events.inc(),
  };
}

/** Labels come from closed sets: what clients make up counts as "other". */
function resourceLabel(attributes: RequestAttributes): string {
  if (attributes.kind === "path") return "";
  return knownResources.has(attributes.resource) ? attributes.resource : "other";
}
