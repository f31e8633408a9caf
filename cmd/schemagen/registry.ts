import { banner } from "./banner.ts";
import type { KindSchema, Model } from "./model.ts";

/** The kind registry: a KindInfo of each kind. Holds data alone, so that importing it loads nothing else. */
export function generateRegistry(model: Model): string {
  const names = model.kinds.map((kind) => kind["x-kind"]);
  const entries = model.kinds.map((kind) => `  ${kind["x-kind"]}: ${JSON.stringify(kindInfo(kind), undefined, 2)},`);
  const types = names.map((name) => `  readonly ${name}: KindInfo<${name}>;`);
  return `${banner}import type { KindInfo } from "../kind-info.ts";
import type { ${names.join(", ")} } from "./types.ts";

/** Every kind by its name. */
export interface Kinds {
${types.join("\n")}
}

export const kinds: Kinds = {
${entries.join("\n")}
};
`;
}

function kindInfo(kind: KindSchema): object {
  const { status, scale } = kind["x-subresources"];
  return {
    group: kind["x-group"],
    version: kind["x-version"],
    kind: kind["x-kind"],
    plural: kind["x-plural"],
    singular: kind["x-singular"],
    shortNames: kind["x-shortNames"],
    categories: kind["x-categories"],
    namespaced: kind["x-scope"] === "Namespaced",
    hasStatus: status !== undefined,
    ...(scale !== undefined && { scale }),
    printerColumns: kind["x-printerColumns"].map((column) => ({ priority: 0, ...column })),
    selectableFields: kind["x-selectableFields"],
    conditions: kind["x-conditions"],
    ...(kind["x-createOnly"] === true && { createOnly: true }),
    ...(kind["x-view"] !== undefined && { viewOf: kind["x-view"] }),
    ...(kind["x-verbs"] !== undefined && { verbs: kind["x-verbs"] }),
  };
}
