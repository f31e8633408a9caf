import { apiVersionOf } from "../../api/index.ts";
import { isObject } from "../../merge/index.ts";
import { type Components, componentsOf } from "./components.ts";
import { openApiPaths, resolveComponent } from "./openapi-v3.ts";
import { type ApiOperation, operationsOf, queryParameters } from "./operations.ts";

/** The Swagger 2.0 document of all groups and versions, for clients that know no later one. Pure. */
export function makeOpenApiV2(version: string): object {
  const paths: Record<string, Record<string, unknown>> = {};
  const definitions: Record<string, unknown> = {};
  for (const documentPath of openApiPaths()) {
    const components = componentsOf(documentPath);
    for (const [name, schema] of Object.entries(components)) definitions[name] = toSwagger(schema);
    for (const one of operationsOf(documentPath)) {
      paths[one.path] = { ...(paths[one.path] ?? pathParameters(one.path)), [one.method]: describe(one, components) };
    }
  }
  return { swagger: "2.0", info: { title: "plush", version }, paths, definitions };
}

function pathParameters(path: string): Record<string, unknown> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return names.length === 0
    ? {}
    : { parameters: names.map((name) => ({ name, in: "path", required: true, type: "string", uniqueItems: true })) };
}

function describe(operation: ApiOperation, components: Components): object {
  const { kind, body } = operation;
  const refer = (name: string | undefined): object => ({
    $ref: `#/definitions/${resolveComponent(name, operation, components)}`,
  });
  const answer = { description: "OK", schema: refer(operation.answer) };
  const query = operation.query.map((name) => ({ name, in: "query", uniqueItems: true, ...queryParameters[name] }));
  return {
    tags: [apiVersionOf(kind)],
    description: operation.description,
    operationId: operation.id,
    consumes: body?.types ?? ["*/*"],
    produces: ["application/json"],
    schemes: ["https"],
    parameters: [
      ...(body === undefined
        ? []
        : [{ name: "body", in: "body", schema: refer(body.component), ...(body.required && { required: true }) }]),
      ...query,
    ],
    responses: {
      200: answer,
      ...(operation.creates && { 201: { ...answer, description: "Created" } }),
      401: { description: "Unauthorized" },
    },
    "x-kubernetes-action": operation.action,
    "x-kubernetes-group-version-kind": { group: kind.group, kind: kind.kind, version: kind.version },
  };
}

/** A schema without what Swagger does not know: references stand alone, and a value is of one type or of any. */
function toSwagger(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toSwagger);
  if (!isObject(schema)) return schema;
  const { $ref, allOf, oneOf: _oneOf, ...rest } = schema;
  if (typeof $ref === "string") return { $ref: $ref.replace("#/components/schemas/", "#/definitions/") };
  const [base] = Array.isArray(allOf) ? allOf : [];
  const kept = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, toSwagger(value)]));
  return isObject(base) ? { ...kept, ...(toSwagger(base) as object) } : kept;
}
