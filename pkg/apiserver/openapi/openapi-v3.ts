import { apiVersionOf } from "../../api/index.ts";
import { type Components, componentName, componentsOf, packageIn } from "./components.ts";
import { type ApiOperation, documentedKinds, documentPathOf, operationsOf, queryParameters } from "./operations.ts";

/** OpenAPI 3.0 documents, one a group and version, made from the schemas of the kinds. Pure. */

/** Documents that there are: "api/v1", "apis/plush.dev/v1". */
export function openApiPaths(): readonly string[] {
  return [...new Set(documentedKinds.map(documentPathOf))];
}

/** The document of one group and version; undefined where there is none. */
export function makeOpenApiV3(documentPath: string, version: string): object | undefined {
  const operations = operationsOf(documentPath);
  if (operations.length === 0) return undefined;
  const components = componentsOf(documentPath);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of operations) {
    paths[one.path] = { ...(paths[one.path] ?? pathParameters(one.path)), [one.method]: describe(one, components) };
  }
  return { openapi: "3.0.0", info: { title: "plush", version }, paths, components: { schemas: components } };
}

const pathDescriptions: Readonly<Record<string, string>> = {
  namespace: "Namespace of the object.",
  name: "Name of the object.",
};

function pathParameters(path: string): Record<string, unknown> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  if (names.length === 0) return {};
  const schema = { type: "string", uniqueItems: true };
  return {
    parameters: names.map((name) => ({
      name,
      in: "path",
      description: pathDescriptions[name],
      required: true,
      schema,
    })),
  };
}

function describe(operation: ApiOperation, components: Components): object {
  const { kind, body } = operation;
  const refer = (name: string | undefined): object => ({
    schema: { $ref: `#/components/schemas/${resolveComponent(name, operation, components)}` },
  });
  const content = (types: readonly string[], name: string | undefined): object =>
    Object.fromEntries(types.map((type) => [type, refer(name)]));
  const answer = { description: "OK", content: content(["application/json"], operation.answer) };
  return {
    tags: [apiVersionOf(kind)],
    description: operation.description,
    operationId: operation.id,
    parameters: operation.query.map((name) => {
      const { type = "string", description = "" } = queryParameters[name] ?? {};
      return { name, in: "query", description, schema: { type, uniqueItems: true } };
    }),
    ...(body !== undefined && {
      requestBody: { content: content(body.types, body.component), ...(body.required && { required: true }) },
    }),
    responses: {
      200: answer,
      ...(operation.creates && { 201: { ...answer, description: "Created" } }),
      401: { description: "Unauthorized" },
    },
    "x-kubernetes-action": operation.action,
    "x-kubernetes-group-version-kind": { group: kind.group, kind: kind.kind, version: kind.version },
  };
}

/** Full name of the component that an operation names: its kind where it names none; lists lie beside their kind. */
export function resolveComponent(name: string | undefined, { kind }: ApiOperation, components: Components): string {
  if (name === undefined) return componentName(components, kind);
  return name.includes(".") ? name : `${packageIn(components, kind)}${name}`;
}
