import { banner } from "./banner.ts";
import { type Definition, type KindSchema, type Model, referencedName } from "./model.ts";

/** components.schemas of each group-version's OpenAPI 3.0 document; the API server adds the paths. */
export function generateOpenApi(model: Model): string {
  const documents: Record<string, Record<string, unknown>> = {};
  for (const kind of model.kinds) {
    const groupVersion = kind["x-group"] === "" ? kind["x-version"] : `${kind["x-group"]}/${kind["x-version"]}`;
    documents[groupVersion] = { ...documents[groupVersion], ...componentsOf(kind, model) };
  }
  const sorted = Object.entries(documents).map(([name, one]) => [
    name,
    Object.fromEntries(Object.entries(one).sort(byKey)),
  ]);
  return `${banner}/** components.schemas by group-version, "v1" or "plush.dev/v1". */
export const openApiSchemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> = ${JSON.stringify(Object.fromEntries(sorted))};
`;
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

/** The kind and everything that it refers to, by component names. */
function componentsOf(kind: KindSchema, model: Model): Record<string, unknown> {
  const components: Record<string, unknown> = {};
  const pending = [kind["x-kind"]];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const component = componentName(name, kind, model);
    if (component in components) continue;
    const definition = model.definitions.get(name) ?? {};
    components[component] = toOpenApi(definition, (reference) => {
      const target = model.definitions.get(reference);
      // Kubernetes has no components that are lists, and its clients expect none.
      if (target?.items !== undefined) return target;
      pending.push(reference);
      return `#/components/schemas/${componentName(reference, kind, model)}`;
    });
  }
  const own = components[componentName(kind["x-kind"], kind, model)] as object;
  const names = { group: kind["x-group"], version: kind["x-version"], kind: kind["x-kind"] };
  components[componentName(kind["x-kind"], kind, model)] = { ...own, "x-kubernetes-group-version-kind": [names] };
  return components;
}

const metaNames: ReadonlySet<string> = new Set(["ObjectMeta", "OwnerReference", "ManagedFieldsEntry", "Condition"]);

function componentName(name: string, kind: KindSchema, model: Model): string {
  if (metaNames.has(name)) return `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;
  const group = (model.definitions.get(name) as Partial<KindSchema>)["x-group"] ?? kind["x-group"];
  return `${packageOf(group)}.${kind["x-version"]}.${name}`;
}

/** The Go package that Kubernetes keeps a group's types in, for its own groups; else the group turned around. */
function packageOf(group: string): string {
  if (group === "") return "io.k8s.api.core";
  const [first = "", ...rest] = group.split(".");
  return rest.join(".").endsWith("k8s.io") ? `io.k8s.api.${first}` : [first, ...rest].toReversed().join(".");
}

/** JSON Schema 2020-12 in the words of OpenAPI 3.0. */
function toOpenApi(definition: Definition, refer: (name: string) => string | Definition): object {
  const { $ref, type, const: only, properties, items, additionalProperties, exclusiveMinimum, ...rest } = definition;
  const kept = Object.fromEntries(Object.entries(rest).filter(([key]) => isKept(key)));
  if ($ref !== undefined) {
    const referred = refer(referencedName($ref));
    if (typeof referred !== "string") return { ...toOpenApi(referred, refer), ...kept };
    const target = { $ref: referred };
    return Object.keys(kept).length === 0 ? target : { ...kept, allOf: [target] };
  }
  return {
    ...kept,
    ...strategyOf(definition),
    ...typeOf(type, only),
    ...(exclusiveMinimum !== undefined && { minimum: exclusiveMinimum, exclusiveMinimum: true }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, toOpenApi(one, refer)])),
    }),
    ...(items !== undefined && { items: toOpenApi(items, refer) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: toOpenApi(additionalProperties, refer) }),
  };
}

/** How strategic merge patches treat a list; clients read it here and make patches by it, the server goes by the list type. */
function strategyOf(definition: Definition): object {
  const keys = definition["x-kubernetes-list-map-keys"] ?? [];
  const merge = { "x-kubernetes-patch-strategy": "merge" };
  switch (definition["x-kubernetes-list-type"]) {
    case "set":
      return merge;
    case "map":
      return keys.length === 1 ? { ...merge, "x-kubernetes-patch-merge-key": keys[0] } : {};
    default:
      return {};
  }
}

function isKept(key: string): boolean {
  return key.startsWith("x-kubernetes-") || !(key.startsWith("x-") || key.startsWith("$") || key === "title");
}

function typeOf(type: Definition["type"], only: unknown): object {
  if (only !== undefined) return { type: typeof only };
  if (type === undefined) return {};
  return typeof type === "string" ? { type } : { oneOf: type.map((one) => ({ type: one })) };
}
