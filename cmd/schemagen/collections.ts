import { banner } from "./banner.ts";
import type { KindSchema, Model } from "./model.ts";

type Names = Pick<KindSchema, "x-group" | "x-kind" | "x-plural">;

/** Kinds by the names that a typed client has for their collections. */
export function generateCollections(model: Model): string {
  const rows = [...collectionNames(model.kinds)].sort(([left], [right]) => (left < right ? -1 : 1));
  const types = rows.map(([name, kind]) => `  readonly ${name}: Kinds["${kind}"];`);
  const values = rows.map(([name, kind]) => `  ${name}: kinds.${kind},`);
  return `${banner}import { type Kinds, kinds } from "./kinds.ts";

/** Every kind by the name of its collection in code. */
export interface Collections {
${types.join("\n")}
}

export const collections: Collections = {
${values.join("\n")}
};
`;
}

/** Each kind's type for writers, by the kind's name. */
export function generateManifestTable(model: Model): string {
  const rows = model.kinds.map((kind) => `  readonly ${kind["x-kind"]}: ${kind["x-kind"]};`);
  return `/** What a writer gives, by kind. */\nexport interface Manifests {\n${rows.join("\n")}\n}\n`;
}

/**
 * Names of collections, with their kinds: the plural with capitals where the kind has them, as resourcePools. A plural
 * that two groups use is the core group's; the other is called by its kind. Throws where that is taken too.
 */
export function collectionNames(kinds: readonly Names[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const [core, others] = [kinds.filter(isCore), kinds.filter((kind) => !isCore(kind))];
  for (const kind of [...core, ...others]) {
    const plural = camelPlural(kind);
    const name = names.has(plural) ? kind["x-kind"].replace(/^./, (letter) => letter.toLowerCase()) : plural;
    if (names.has(name))
      throw new Error(`collections of ${names.get(name)} and ${kind["x-kind"]} are both called ${name}`);
    names.set(name, kind["x-kind"]);
  }
  return names;
}

function isCore(kind: Names): boolean {
  return kind["x-group"] === "";
}

function camelPlural({ "x-kind": camel, "x-plural": plural }: Names): string {
  const letters = [...plural].map((letter, index) => (camel[index]?.toLowerCase() === letter ? camel[index] : letter));
  return `${plural.slice(0, 1)}${letters.slice(1).join("")}`;
}
