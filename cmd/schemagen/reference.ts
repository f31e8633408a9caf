import { type Definition, type KindSchema, type Model, referencedName } from "./model.ts";
import { pageName } from "./pages.ts";

/** docs/reference/<kind>.md: what is written of a kind by hand, then every field, its conditions and columns. */
export function generateReference(kind: KindSchema, model: Model, page: string): string {
  const apiVersion = kind["x-group"] === "" ? kind["x-version"] : `${kind["x-group"]}/${kind["x-version"]}`;
  const short = kind["x-shortNames"].map((name) => `\`${name}\``).join(", ");
  const facts = [
    `\`${apiVersion}\``,
    kind["x-scope"] === "Namespaced" ? "in a namespace" : "cluster-wide",
    `\`${kind["x-plural"]}\`${short === "" ? "" : ` (${short})`}`,
  ];
  const [purpose = "", ...text] = page.split("\n\n");
  const sections = [
    `<!-- Generated from schemas/${pageName(kind)}.json and .md by cmd/schemagen. Do not edit; run \`make generate\`. -->`,
    `# ${kind["x-kind"]}`,
    purpose,
    `${facts.join(", ")}.`,
    ...text,
    "## Fields",
    ...objectsOf(kind, model).map(([name, definition]) => objectSection(name, definition, model)),
    conditionSection(kind),
    columnSection(kind),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

/** Metadata is the same everywhere and told of by Kubernetes' own reference. */
const leftOut: ReadonlySet<string> = new Set(["ObjectMeta", "Conditions", "Condition"]);

/** The kind and all objects that it refers to, in the order in which they are met. */
function objectsOf(kind: KindSchema, model: Model): (readonly [string, Definition])[] {
  const found = new Map<string, Definition>();
  const visit = (name: string): void => {
    const definition = model.definitions.get(name);
    if (definition?.properties === undefined || leftOut.has(name) || found.has(name)) return;
    found.set(name, definition);
    for (const property of Object.values(definition.properties)) for (const one of references(property)) visit(one);
  };
  visit(kind["x-kind"]);
  return [...found];
}

function references(definition: Definition): string[] {
  if (definition.$ref !== undefined) return [referencedName(definition.$ref)];
  return definition.items === undefined ? [] : references(definition.items);
}

function objectSection(name: string, definition: Definition, model: Model): string {
  const required = new Set(definition.required ?? []);
  const rows = Object.entries(definition.properties ?? {}).map(([field, property]) => {
    const notes = [
      ...(required.has(field) ? ["Required."] : []),
      describe(property, model),
      ...limitsOf(property, model),
      ...(property.default === undefined ? [] : [`Default: \`${JSON.stringify(property.default)}\`.`]),
    ];
    return `| \`${field}\` | ${typeText(property, model)} | ${cell(notes.filter((note) => note !== "").join(" "))} |`;
  });
  const head = `### ${name}\n\n${definition.description ?? ""}`;
  return [head, ["| field | type | meaning |", "|---|---|---|", ...rows].join("\n")].join("\n\n");
}

function describe(property: Definition, model: Model): string {
  return property.description ?? targetOf(property, model).description ?? "";
}

function targetOf(property: Definition, model: Model): Definition {
  return property.$ref === undefined ? property : (model.definitions.get(referencedName(property.$ref)) ?? {});
}

function limitsOf(property: Definition, model: Model): string[] {
  const { enum: values, minimum, maximum, pattern, "x-message": rule } = targetOf(property, model);
  return [
    ...(values === undefined ? [] : [`One of ${values.map((value) => `\`${value}\``).join(", ")}.`]),
    ...(minimum === undefined ? [] : [`At least ${minimum}.`]),
    ...(maximum === undefined ? [] : [`At most ${maximum}.`]),
    ...(pattern === undefined || rule === undefined ? [] : [`It ${rule}.`]),
  ];
}

function typeText(property: Definition, model: Model): string {
  if (property.$ref !== undefined) {
    const name = referencedName(property.$ref);
    if (name === "Conditions") return "list of conditions";
    const target = model.definitions.get(name);
    if (leftOut.has(name)) return "metadata";
    return target?.properties === undefined ? typeText(target ?? {}, model) : `[${name}](#${name.toLowerCase()})`;
  }
  if (property.format === "duration" || property.format === "quantity") return property.format;
  if (property.format === "date-time") return "time";
  if (property.items !== undefined) return `list of ${typeText(property.items, model)}`;
  if (typeof property.additionalProperties === "object")
    return `map of ${typeText(property.additionalProperties, model)}`;
  const types = typeof property.type === "string" ? [property.type] : (property.type ?? ["string"]);
  return types.join(" or ");
}

function conditionSection(kind: KindSchema): string {
  const rows = Object.entries(kind["x-conditions"]).map(
    ([type, reasons]) => `| \`${type}\` | ${reasons.map((reason) => `\`${reason}\``).join(", ")} |`,
  );
  if (rows.length === 0) return "";
  return ["## Conditions", "", "| type | reasons |", "|---|---|", ...rows].join("\n");
}

function columnSection(kind: KindSchema): string {
  const rows = kind["x-printerColumns"].map(
    (column) =>
      `| ${column["name"]} | ${cell(String(column["description"]))}${column["priority"] ? " Shown by `-o wide`." : ""} |`,
  );
  return ["## Columns", "", "| column | meaning |", "|---|---|", ...rows].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
