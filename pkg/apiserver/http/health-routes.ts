import type { FastifyInstance, FastifyReply } from "fastify";
import { StatusError } from "../../status/index.ts";
import type { Exchange } from "./exchange.ts";
import type { Query } from "./query.ts";

/** Looks at one part of the server: undefined where it is well, else what is wrong with it. Must be quick. */
export type HealthCheck = () => string | undefined;

export interface HealthOptions {
  /** What must be well for the process to be left alive: /livez and /healthz. */
  readonly liveness: Readonly<Record<string, HealthCheck>>;
  /** What must be well besides for requests to be sent here: /readyz. */
  readonly readiness: Readonly<Record<string, HealthCheck>>;
}

/**
 * /healthz, /livez and /readyz as Kubernetes has them: "ok" or 500; with ?verbose a line a check, ?exclude=NAME leaves one
 * out, and /readyz/NAME is one check alone. Why a check fails is told there only: the sums are open to everybody.
 */
export function addHealthRoutes(
  app: FastifyInstance,
  options: HealthOptions,
  exchangeOf: (request: object) => Exchange,
): void {
  const live = new Map(Object.entries({ ping: () => undefined, ...options.liveness }));
  const ready = new Map([...live, ...Object.entries(options.readiness)]);
  for (const [name, checks] of [
    ["healthz", live],
    ["livez", live],
    ["readyz", ready],
  ] as const) {
    app.get(`/${name}`, (request, reply) => sendText(reply, lookAtAll(name, checks, exchangeOf(request).info.query)));
    app.get<{ Params: { check: string } }>(`/${name}/:check`, ({ params }, reply) => {
      const check = checks.get(params.check);
      if (check === undefined) throw new StatusError("NotFound", `there is no check ${JSON.stringify(params.check)}`);
      const fault = check();
      return sendText(reply, { good: fault === undefined, text: fault ?? "ok" });
    });
  }
}

interface Verdict {
  readonly good: boolean;
  readonly text: string;
}

function lookAtAll(name: string, checks: ReadonlyMap<string, HealthCheck>, query: Query): Verdict {
  const excluded = new Set(query.all("exclude"));
  const lines: string[] = [];
  let good = true;
  for (const [check, look] of checks) {
    if (excluded.has(check)) {
      lines.push(`[+]${check} excluded: ok`);
      continue;
    }
    const fault = look();
    lines.push(fault === undefined ? `[+]${check} ok` : `[-]${check} failed: reason withheld`);
    if (fault !== undefined) good = false;
  }
  const unknown = [...excluded].filter((check) => !checks.has(check));
  if (unknown.length > 0)
    lines.push(
      `warn: some health checks cannot be excluded: no matches for ${unknown.map((one) => JSON.stringify(one)).join(",")}`,
    );
  if (good && query.get("verbose") === undefined) return { good, text: "ok" };
  return { good, text: `${lines.join("\n")}\n${name} check ${good ? "passed" : "failed"}\n` };
}

function sendText(reply: FastifyReply, { good, text }: Verdict): FastifyReply {
  return reply
    .code(good ? 200 : 500)
    .header("content-type", "text/plain; charset=utf-8")
    .header("x-content-type-options", "nosniff")
    .header("cache-control", "no-cache, private")
    .send(text);
}
