import type { FastifyInstance } from "fastify";
import { makeOpenApiV2 } from "../openapi/openapi-v2.ts";
import { makeOpenApiV3, openApiPaths } from "../openapi/openapi-v3.ts";
import { parseMediaTypes } from "./negotiate.ts";
import { pageNotFound } from "./object-request.ts";
import { makeDocument, rememberDocuments, sendDocument } from "./static-document.ts";

/** The protobuf form of the Swagger document, which kubectl asks for. */
const swaggerProtobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

/** OpenAPI: v3, a document for each group and version; v2, one for all. */
export function addOpenApiRoutes(app: FastifyInstance, version: string): void {
  const documentAt = rememberDocuments((path) => makeOpenApiV3(path, version));
  const swagger = rememberDocuments(() => makeOpenApiV2(version));
  app.get("/openapi/v2", (request, reply) => {
    const [wanted] = parseMediaTypes(request.headers.accept ?? "");
    // kubectl up to 1.28 insists on this address, takes no JSON, and is content with nothing at all.
    if (wanted?.type.startsWith(swaggerProtobuf)) return reply.header("content-type", swaggerProtobuf).send("");
    const document = swagger("");
    if (document === undefined) throw pageNotFound();
    return sendDocument(request, reply, document);
  });
  app.get("/openapi/v3", (request, reply) => {
    const paths = openApiPaths().map((path) => {
      const hash = documentAt(path)?.hash ?? "";
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }] as const;
    });
    return sendDocument(request, reply, makeDocument({ paths: Object.fromEntries(paths) }));
  });
  app.get<{ Params: { "*": string }; Querystring: { hash?: string } }>("/openapi/v3/*", (request, reply) => {
    const document = documentAt(request.params["*"]);
    if (document === undefined) throw pageNotFound();
    const { hash } = request.query;
    // Who knows an older hash is sent to the newer document, so that nothing is kept under the wrong address.
    if (hash !== undefined && hash !== document.hash)
      return reply.redirect(`/openapi/v3/${request.params["*"]}?hash=${document.hash}`, 301);
    const isNamed = hash !== undefined;
    if (isNamed) reply.header("expires", new Date(Date.now() + 365 * 24 * 3_600_000).toUTCString());
    return sendDocument(request, reply, document, {
      ...(isNamed && { cacheControl: "public, immutable, max-age=31536000" }),
    });
  });
}
