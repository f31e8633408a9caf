import { allKinds, apiVersionOf, type KindInfo, openApiSchemas } from "../../api/index.ts";

/** OpenAPI v3 documents, one a group and version, made from the schemas of the kinds. Pure. */

export interface OpenApiRoot {
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
}

/** Path of a group and version as OpenAPI names it: "api/v1", "apis/plush.dev/v1". */
export function openApiPaths(): readonly string[] {
  return [...new Set(allKinds.map(pathOf))];
}

function pathOf(kind: KindInfo): string {
  return kind.group === "" ? `api/${kind.version}` : `apis/${kind.group}/${kind.version}`;
}

/** The document of one group and version; undefined where there is none. */
export function makeOpenApi(path: string): object | undefined {
  const kinds = allKinds.filter((kind) => pathOf(kind) === path);
  if (kinds.length === 0) return undefined;
  return {
    openapi: "3.0.0",
    info: { title: "plush", version: kinds[0]?.version ?? "v1" },
    paths: Object.fromEntries(kinds.flatMap((kind) => pathsOf(kind))),
    components: { schemas: openApiSchemas[path.slice(path.indexOf("/") + 1)] },
  };
}

function schemaName(kind: KindInfo): string {
  const reversed = kind.group === "" ? "io.k8s.api.core" : kind.group.split(".").toReversed().join(".");
  return `${reversed}.${kind.version}.${kind.kind}`;
}

function pathsOf(kind: KindInfo): readonly (readonly [string, object])[] {
  const root = `/${pathOf(kind)}`;
  const collection = kind.namespaced ? `${root}/namespaces/{namespace}/${kind.plural}` : `${root}/${kind.plural}`;
  const one = `${collection}/{name}`;
  const single = { get: operation(kind, "get"), put: operation(kind, "put"), patch: operation(kind, "patch") };
  return [
    ...(kind.namespaced
      ? [[`${root}/${kind.plural}`, { get: operation(kind, "list", "ForAllNamespaces") }] as const]
      : []),
    [collection, { get: operation(kind, "list"), post: operation(kind, "post") }],
    [one, { ...single, delete: operation(kind, "delete") }],
    ...(kind.hasStatus ? [[`${one}/status`, statusOperations(kind)] as const] : []),
  ];
}

function statusOperations(kind: KindInfo): object {
  return {
    get: operation(kind, "get", "Status"),
    put: operation(kind, "put", "Status"),
    patch: operation(kind, "patch", "Status"),
  };
}

/** Types of patches; strategic merge is left out on purpose: kubectl would use it for kinds it does not know. */
const patchTypes = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];

function operation(kind: KindInfo, action: string, suffix = ""): object {
  const isWrite = action === "post" || action === "put" || action === "patch";
  const content = (types: readonly string[], schema: object): object =>
    Object.fromEntries(types.map((type) => [type, { schema }]));
  const reference = { $ref: `#/components/schemas/${schemaName(kind)}` };
  const version = apiVersionOf(kind).split(/[./]/).map(capital).join("");
  return {
    operationId: `${action}${version}${kind.kind}${suffix}`,
    tags: [apiVersionOf(kind)],
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group: kind.group, version: kind.version, kind: kind.kind },
    ...(isWrite && {
      parameters: ["dryRun", "fieldManager", "fieldValidation"].map((name) => ({
        name,
        in: "query",
        schema: { type: "string" },
      })),
      requestBody: {
        content:
          action === "patch" ? content(patchTypes, { type: "object" }) : content(["application/json"], reference),
      },
    }),
    responses: { "200": { description: "OK", content: content(["application/json"], reference) } },
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
