import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ObjectActions } from "../object-actions.ts";
import { makeDiscovery } from "./discovery.ts";
import { parseMediaTypes } from "./negotiate.ts";
import { pageNotFound } from "./object-request.ts";
import { makeDocument, rememberDocuments, type SendOptions, sendDocument } from "./static-document.ts";

/** Discovery: which groups, versions and kinds there are; plain, or in one document where the client asks for that. */
export function addDiscoveryRoutes(app: FastifyInstance, actions: ObjectActions): void {
  const discovery = makeDiscovery({ actions: Object.keys(actions) });
  const groups = rememberDocuments((group) => discovery.group(group));
  const lists = rememberDocuments((groupVersion) => {
    const [version = "", group = ""] = groupVersion.split("/").toReversed();
    return discovery.resourceList(group, version);
  });
  const send = (
    request: FastifyRequest,
    reply: FastifyReply,
    document: ReturnType<typeof groups>,
    options?: SendOptions,
  ): unknown => {
    if (document === undefined) throw pageNotFound();
    return sendDocument(request, reply, document, options);
  };

  for (const root of ["api", "apis"] as const) {
    const plain = makeDocument(root === "api" ? discovery.apiVersions : discovery.groupList);
    const aggregated = {
      v2: makeDocument(discovery.aggregated(root, "v2")),
      v2beta1: makeDocument(discovery.aggregated(root, "v2beta1")),
    };
    app.get(`/${root}`, (request, reply) => {
      const version = aggregatedVersion(request.headers.accept);
      if (version === undefined) return send(request, reply, plain);
      // Clients tell an aggregated document from a plain one by these parameters, and see no kinds without them.
      const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
      return send(request, reply, aggregated[version], { type });
    });
  }
  app.get<{ Params: { group: string } }>("/apis/:group", (request, reply) =>
    send(request, reply, groups(request.params.group)),
  );
  app.get("/api/v1", (request, reply) => send(request, reply, lists("v1")));
  app.get<{ Params: { group: string; version: string } }>("/apis/:group/:version", (request, reply) => {
    const { group, version } = request.params;
    return send(request, reply, lists(`${group}/${version}`));
  });
  const paths = makeDocument({ paths: rootPaths(discovery.groupVersions) });
  app.get("/", (request, reply) => send(request, reply, paths));
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

/** What `/` lists for people who look around. */
function rootPaths(groupVersions: readonly string[]): readonly string[] {
  const named = groupVersions.filter((one) => one.includes("/"));
  return [
    "/api",
    "/api/v1",
    "/apis",
    ...new Set(named.flatMap((one) => [`/apis/${one.split("/")[0]}`, `/apis/${one}`])),
    "/healthz",
    "/livez",
    "/metrics",
    "/openapi/v2",
    "/openapi/v3",
    "/readyz",
    "/version",
  ].toSorted();
}
