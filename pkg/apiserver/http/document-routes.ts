import type { FastifyInstance } from "fastify";
import type { Authorizer } from "../../auth/index.ts";
import type { Metrics } from "../../metrics/index.ts";
import type { ObjectActions } from "../object-actions.ts";
import { addDiscoveryRoutes } from "./discovery-routes.ts";
import { bodyOf, type Exchange, sendJson } from "./exchange.ts";
import { addHealthRoutes, type HealthOptions } from "./health-routes.ts";
import { addOpenApiRoutes } from "./openapi-routes.ts";
import { reviews } from "./reviews.ts";
import { makeDocument, sendDocument } from "./static-document.ts";

export interface DocumentOptions {
  readonly actions: ObjectActions;
  readonly authorizer: Authorizer;
  readonly metrics: Metrics;
  readonly version: string;
  readonly health: HealthOptions;
}

/** Addresses that are about the server itself: health, version, discovery, OpenAPI, metrics, reviews. */
export function addDocumentRoutes(
  app: FastifyInstance,
  options: DocumentOptions,
  exchangeOf: (request: object) => Exchange,
): void {
  addHealthRoutes(app, options.health, exchangeOf);
  addDiscoveryRoutes(app, options.actions);
  addOpenApiRoutes(app, options.version);
  addVersion(app, options.version);
  app.get("/metrics", async (request, reply) => {
    const { contentType, body } = await options.metrics.text(request.headers.accept);
    return reply.header("content-type", contentType).send(body);
  });
  for (const review of reviews) {
    app.post(review.path, (request) => {
      const exchange = exchangeOf(request);
      const { identity, info } = exchange;
      const namespace = info.attributes.kind === "resource" ? info.attributes.namespace : undefined;
      const answer = review.answer({ authorizer: options.authorizer, identity, namespace, body: bodyOf(exchange) });
      return sendJson(exchange, 201, JSON.stringify(answer));
    });
  }
}

function addVersion(app: FastifyInstance, version: string): void {
  // major and minor are the Kubernetes version whose wire protocol this is; clients warn of a skew by them.
  const document = makeDocument({
    major: "1",
    minor: "33",
    gitVersion: `v1.33.0+plush-${version}`,
    gitCommit: "",
    gitTreeState: "clean",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "n/a",
    compiler: "n/a",
    platform: `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`,
  });
  app.get("/version", (request, reply) => sendDocument(request, reply, document));
}
