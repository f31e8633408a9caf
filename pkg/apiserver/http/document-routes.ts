import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authorizer } from "../../auth/index.ts";
import type { Metrics } from "../../metrics/index.ts";
import type { ObjectActions } from "../object-actions.ts";
import { makeDiscovery } from "./discovery.ts";
import { bodyOf, type Exchange, sendJson } from "./exchange.ts";
import { parseMediaTypes } from "./negotiate.ts";
import { pageNotFound } from "./object-request.ts";
import { makeOpenApi, openApiPaths } from "./openapi.ts";
import { reviews } from "./reviews.ts";

export interface DocumentOptions {
  readonly actions: ObjectActions;
  readonly authorizer: Authorizer;
  readonly metrics: Metrics;
  readonly version: string;
  readonly isReady?: () => boolean;
}

/** Addresses that are about the server itself: health, version, discovery, OpenAPI, metrics, reviews. */
export function addDocumentRoutes(
  app: FastifyInstance,
  options: DocumentOptions,
  exchangeOf: (request: object) => Exchange,
): void {
  addHealth(app, options);
  addDiscovery(app, options);
  addOpenApi(app);
  app.get("/metrics", async (_request, reply) => {
    const { contentType, body } = await options.metrics.text();
    return reply.header("content-type", contentType).send(body);
  });
  for (const [path, review] of Object.entries(reviews)) {
    app.post(`/apis/${path}`, (request) => {
      const exchange = exchangeOf(request);
      const { identity } = exchange;
      const answer = review({ authorizer: options.authorizer, identity, body: bodyOf(exchange) });
      return sendJson(exchange, 201, JSON.stringify(answer));
    });
  }
}

function addHealth(app: FastifyInstance, { version, isReady = () => true }: DocumentOptions): void {
  const answer = (reply: FastifyReply, good: boolean): FastifyReply =>
    reply
      .code(good ? 200 : 503)
      .header("content-type", "text/plain; charset=utf-8")
      .send(good ? "ok" : "not ready");
  app.get("/healthz", (_request, reply) => answer(reply, true));
  app.get("/livez", (_request, reply) => answer(reply, true));
  app.get("/readyz", (_request, reply) => answer(reply, isReady()));
  // major and minor are the Kubernetes version whose wire protocol this is; clients warn of a skew by them.
  const text = JSON.stringify({
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
  app.get("/version", (_request, reply) => reply.header("content-type", "application/json").send(text));
}

function addDiscovery(app: FastifyInstance, { actions }: DocumentOptions): void {
  const discovery = makeDiscovery({ actions: Object.keys(actions) });
  for (const root of ["api", "apis"] as const) {
    app.get(`/${root}`, (request, reply) => {
      const version = aggregatedVersion(request.headers.accept);
      if (version === undefined)
        return sendDocument(request, reply, root === "api" ? discovery.apiVersions : discovery.groupList);
      // Clients tell an aggregated document from a plain one by these parameters, and see no kinds without them.
      const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
      return sendDocument(request, reply, discovery.aggregated(root, version), type);
    });
  }
  app.get<{ Params: { group: string } }>("/apis/:group", (request, reply) =>
    sendDocument(request, reply, discovery.group(request.params.group)),
  );
  app.get("/api/v1", (request, reply) => sendDocument(request, reply, discovery.resourceList("", "v1")));
  app.get<{ Params: { group: string; version: string } }>("/apis/:group/:version", (request, reply) =>
    sendDocument(request, reply, discovery.resourceList(request.params.group, request.params.version)),
  );
}

/** The newest aggregated form that the client takes, if it prefers one to the plain documents. */
function aggregatedVersion(accept: string | undefined): "v2" | "v2beta1" | undefined {
  for (const { type, parameters } of parseMediaTypes(accept ?? "")) {
    if (type !== "application/json") continue;
    const { as, g, v } = parameters;
    if (as === undefined) return undefined;
    if (as === "APIGroupDiscoveryList" && g === "apidiscovery.k8s.io" && (v === "v2" || v === "v2beta1")) return v;
  }
  return undefined;
}

function addOpenApi(app: FastifyInstance): void {
  // kubectl up to 1.28 insists on this address and is content with nothing at all.
  app.get("/openapi/v2", (_request, reply) => reply.code(200).send(""));
  const documents = new Map<string, { readonly text: string; readonly hash: string }>();
  const documentAt = (path: string): { readonly text: string; readonly hash: string } | undefined => {
    const known = documents.get(path);
    const made = known ?? makeDocument(path);
    if (made !== undefined && known === undefined) documents.set(path, made);
    return made;
  };
  app.get("/openapi/v3", (request, reply) => {
    const paths = openApiPaths().map((path) => {
      const hash = documentAt(path)?.hash ?? "";
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }] as const;
    });
    return sendDocument(request, reply, { paths: Object.fromEntries(paths) });
  });
  app.get<{ Params: { "*": string } }>("/openapi/v3/*", (request, reply) => {
    const document = documentAt(request.params["*"]);
    if (document === undefined) throw pageNotFound();
    // The address holds the hash, so that what it names never changes.
    return reply
      .header("content-type", "application/json")
      .header("etag", `"${document.hash}"`)
      .header("cache-control", "public, immutable, max-age=31536000")
      .header("vary", "Accept")
      .send(document.text);
  });
}

function makeDocument(path: string): { readonly text: string; readonly hash: string } | undefined {
  const document = makeOpenApi(path);
  if (document === undefined) return undefined;
  const text = JSON.stringify(document);
  return { text, hash: hashOf(text) };
}

function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  document: object | undefined,
  type = "application/json",
): FastifyReply {
  if (document === undefined) throw pageNotFound();
  const text = JSON.stringify(document);
  const etag = `"${hashOf(text)}"`;
  reply.header("etag", etag).header("vary", "Accept").header("cache-control", "no-cache, private");
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  return reply.header("content-type", type).send(text);
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").toUpperCase().slice(0, 32);
}
