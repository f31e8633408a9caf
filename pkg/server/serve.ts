import { kinds } from "../api/index.ts";
import { type Api, type ApiServer, type ExtraRoute, startApiServer } from "../apiserver/index.ts";
import type { AuditLog } from "../audit/index.ts";
import type { ControllerManager } from "../controller/index.ts";
import type { Fabric } from "../fabric/index.ts";
import { makeFindRoute } from "../find/index.ts";
import { makePlanRoute } from "../forecast/index.ts";
import { openPages } from "../pages/index.ts";
import type { Authentication } from "./authentication.ts";
import type { Backups } from "./backups/backup.ts";
import type { Foundation } from "./foundation.ts";
import { makeHistoryRoute } from "./history-route.ts";
import type { Joins } from "./joins.ts";
import { makeLogsRoute } from "./logs/route.ts";
import { machineFinder } from "./machine-streams.ts";
import { makeMetricsRoutes } from "./metrics-routes.ts";
import type { ProcessScrapes } from "./process-scrapes.ts";
import { makeRunRoutes } from "./run/route.ts";
import { whyAway } from "./run/why-away.ts";
import type { ServerOptions } from "./server-options.ts";
import { UsageBook } from "./usage-book.ts";

/** What the API serves besides objects. */
export interface ServedParts {
  readonly api: Api;
  readonly fabric: Fabric;
  readonly manager: ControllerManager;
  readonly authentication: Authentication;
  readonly audit: AuditLog | undefined;
  readonly backups: Backups;
  readonly scrapes: ProcessScrapes;
  readonly routes: readonly ExtraRoute[];
  readonly joins: Joins;
}

/** Serves the API over HTTPS. Rejects where the address cannot be listened on. */
export function serve(options: ServerOptions, foundation: Foundation, parts: ServedParts): Promise<ApiServer> {
  const { clock, certificates, log, metrics, tracer, blobs } = foundation;
  const { api, fabric, manager, authentication, audit, backups, scrapes, routes, joins } = parts;
  const { cache } = manager.ports();
  const pages = options.consoleDirectory === undefined ? undefined : openPages(options.consoleDirectory);
  const machines = { resources: cache(kinds.Resource), pools: cache(kinds.ResourcePool) };
  return startApiServer({
    api,
    pki: certificates.pki,
    host: options.host,
    port: options.port,
    log,
    metrics,
    version: options.version,
    ...(tracer !== undefined && { tracer }),
    readiness: { controllers: () => (manager.hasStarted ? undefined : "the controllers have not seen everything yet") },
    authorizer: api.backend.authorizer,
    readToken: authentication.readToken,
    ...(audit !== undefined && { audit }),
    ...(pages !== undefined && { pages }),
    ...(options.limits !== undefined && { limits: options.limits }),
    findMachine: machineFinder({ fabric, blobs, claims: cache(kinds.Claim), ...machines }),
    usage: new UsageBook({ clock, fabric, resources: cache(kinds.Resource) }).read,
    blobs,
    takeHost: joins.takeHost,
    extraRoutes: [
      joins.tokenRoute,
      ...authentication.routes,
      ...makeMetricsRoutes(scrapes, { cache }),
      ...routes,
      makePlanRoute({ api, clock, fabric, cache }),
      makeFindRoute({ clock, fabric, cache }),
      makeHistoryRoute(foundation.store, clock),
      makeLogsRoute({ clock, fabric, blobs, claims: cache(kinds.Claim), processes: cache(kinds.Process) }),
      ...makeRunRoutes({
        ...{ clock, cache, ...machines },
        fabric,
        whyAway: (uid) => whyAway(fabric, uid),
      }),
      {
        method: "GET",
        path: "/plush/v1/backup",
        handle: async () => ({ contentType: "application/x-tar", body: await backups.make(clock.now()) }),
      },
    ],
  });
}
