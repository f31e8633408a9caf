import type { AuditLog } from "../audit/index.ts";
import {
  type Authenticator,
  type Authorizer,
  type Credential,
  makeAuthenticator,
  type Pki,
  type TokenReader,
} from "../auth/index.ts";
import type { Logger } from "../log/index.ts";
import type { Metrics } from "../metrics/index.ts";
import type { Pages } from "../pages/index.ts";
import type { Tracer } from "../tracing/index.ts";
import type { Api } from "./api.ts";
import type { BlobReceiver } from "./http/blob-routes.ts";
import type { ExtraRoute } from "./http/extra-routes.ts";
import type { HealthCheck } from "./http/health-routes.ts";
import { makeHttpApp, presentCertificate, type TakeHost } from "./http/http-app.ts";
import type { LimitOptions } from "./http/request-limits.ts";
import type { FindMachine } from "./streams/machine-streams.ts";
import type { ReadUsage } from "./views/read-usage.ts";
import { viewAuthorizer } from "./views/view-authorizer.ts";

export interface ApiServerOptions {
  readonly api: Api;
  readonly pki: Pki;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly log: Logger;
  /** Requests are counted in it, and /metrics shows it. */
  readonly metrics: Metrics;
  /** Absent: requests are not traced. */
  readonly tracer?: Tracer;
  /** The version that /version tells, "0.1.0". */
  readonly version: string;
  readonly readToken?: TokenReader;
  readonly authorizer: Authorizer;
  /** Where requests are recorded; absent: nowhere. */
  readonly audit?: AuditLog;
  readonly limits?: LimitOptions;
  /** Why requests should not be sent here yet, or any more, by the names that /readyz?verbose lists. */
  readonly readiness?: Readonly<Record<string, HealthCheck>>;
  /** Logs, commands and ports of processes, claims and resources; absent: no machine is reached. */
  readonly findMachine?: FindMachine;
  /** Live usage of machines; absent: no machine is reached. */
  readonly usage?: ReadUsage;
  readonly blobs?: BlobReceiver;
  readonly extraRoutes?: readonly ExtraRoute[];
  /** Absent: machines do not dial in. */
  readonly takeHost?: TakeHost;
  /** The console; absent: there is none. */
  readonly pages?: Pages;
}

export interface ApiServer {
  /** "https://127.0.0.1:7443". */
  readonly url: string;
  readonly port: number;
  /** Shows another certificate to who connects from now on. */
  present(credential: Credential): void;
  /** Ends watches, waits for what is being answered, closes connections. */
  close(): Promise<void>;
}

/** Serves the API over HTTPS. Rejects where the address cannot be listened on. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { api, pki, host, log, metrics, version } = options;
  const authenticate: Authenticator = makeAuthenticator(options.readToken && { readToken: options.readToken });
  const { backend } = api;
  let closing = false;
  const app = makeHttpApp({
    backend,
    actions: api.actions,
    authenticate,
    authorizer: viewAuthorizer(options.authorizer),
    audit: options.audit,
    limits: options.limits,
    log,
    metrics,
    version,
    health: {
      liveness: {},
      readiness: {
        store: () => (backend.store.revision > 0 ? undefined : "the store is empty"),
        ...options.readiness,
        shutdown: () => (closing ? "the server is shutting down" : undefined),
      },
    },
    findMachine: options.findMachine,
    usage: options.usage,
    ...{ tracer: options.tracer, blobs: options.blobs, extraRoutes: options.extraRoutes },
    ...{ takeHost: options.takeHost, pages: options.pages },
    tls: tlsOf(pki),
  });
  await app.listen({ host, port: options.port });
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `https://${name}:${port}`,
    port,
    present: (server) => presentCertificate(app, tlsOf({ ...pki, server })),
    close() {
      closing = true;
      return close(app);
    },
  };
}

function tlsOf({ server, authority }: Pick<Pki, "server" | "authority">) {
  return { key: server.key, cert: server.certificate, ca: authority.certificate };
}

/** What is still being answered after so long is cut: a client that neither reads nor goes must not hold the server. */
const closeGraceMs = 3000;

async function close(app: ReturnType<typeof makeHttpApp>): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), closeGraceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}
