import type { KindInfo } from "../../api/index.ts";
import { memberSchema, resolveSchema } from "../../manifests/index.ts";
import { StatusError } from "../../status/index.ts";
import { type Fields, fields, list, text } from "../wire-fields.ts";
import { type OpenApi, typeName } from "./open-api.ts";

export interface ExplainOptions {
  /** Fields that lead from the kind to what is asked. */
  readonly path: readonly string[];
  readonly recursive: boolean;
  readonly width: number;
}

/** What a field is for and which fields it has. */
export function explainText(kind: KindInfo, api: OpenApi, { path, recursive, width }: ExplainOptions): string {
  const { schema, raw } = descend(kind, api, path);
  const inside = memberSchema(api.schemas, schema);
  const head = [
    ...(kind.group === "" ? [] : [`GROUP:      ${kind.group}`]),
    `KIND:       ${kind.kind}`,
    `VERSION:    ${kind.version}`,
    "",
    ...(path.length === 0 ? [] : [`FIELD: ${path.at(-1)} <${typeName(api.schemas, raw)}>`, ""]),
    "DESCRIPTION:",
    ...wrap(text(schema["description"]) || text(inside["description"]) || "<none>", 4, width),
    ...facts(schema, 4),
  ];
  const lines = recursive ? treeOf(api, inside, 2, new Set()) : fieldLines(api, inside, width);
  return `${[...head, ...(lines.length === 0 ? [] : ["", "FIELDS:", ...lines])].join("\n")}\n`;
}

function descend(
  kind: KindInfo,
  api: OpenApi,
  path: readonly string[],
): { readonly schema: Fields; readonly raw: unknown } {
  let raw: unknown = api.root;
  let schema = resolveSchema(api.schemas, raw);
  path.forEach((name, depth) => {
    const properties = fields(memberSchema(api.schemas, schema)["properties"]);
    if (!Object.hasOwn(properties, name)) {
      const where = [kind.singular, ...path.slice(0, depth)].join(".");
      throw new StatusError(
        "NotFound",
        `${where} has no field ${JSON.stringify(name)}; it has: ${Object.keys(properties).join(", ") || "none"}`,
      );
    }
    raw = properties[name];
    schema = resolveSchema(api.schemas, raw);
  });
  return { schema, raw };
}

function fieldLines(api: OpenApi, schema: Fields, width: number): string[] {
  const required = list(schema["required"]).map(text);
  return Object.entries(fields(schema["properties"])).flatMap(([name, raw]) => {
    const resolved = resolveSchema(api.schemas, raw);
    const mark = required.includes(name) ? " -required-" : "";
    return [
      `  ${name}\t<${typeName(api.schemas, raw)}>${mark}`,
      ...wrap(text(resolved["description"]), 4, width),
      ...facts(resolved, 4),
      "",
    ];
  });
}

/** Enumerations and defaults. */
function facts(schema: Fields, indent: number): string[] {
  const values = list(schema["enum"]).map(text);
  const standard = schema["default"];
  const pad = " ".repeat(indent);
  const shown =
    typeof standard === "object" && standard !== null && Object.keys(standard).length === 0 ? undefined : standard;
  return [
    ...(values.length === 0 ? [] : [`${pad}enum: ${values.join(", ")}`]),
    ...(shown === undefined ? [] : [`${pad}default: ${JSON.stringify(shown)}`]),
  ];
}

/** `seen`: schemas above this one; one that holds itself is not followed again. */
function treeOf(api: OpenApi, schema: Fields, indent: number, seen: ReadonlySet<Fields>): string[] {
  const required = list(schema["required"]).map(text);
  return Object.entries(fields(schema["properties"])).flatMap(([name, raw]) => {
    const inside = memberSchema(api.schemas, resolveSchema(api.schemas, raw));
    const line = `${" ".repeat(indent)}${name}\t<${typeName(api.schemas, raw)}>${required.includes(name) ? " -required-" : ""}`;
    const isNew = inside["properties"] !== undefined && !seen.has(fields(inside["properties"]));
    return isNew
      ? [line, ...treeOf(api, inside, indent + 2, new Set([...seen, fields(inside["properties"])]))]
      : [line];
  });
}

function wrap(paragraph: string, indent: number, width: number): string[] {
  const room = Math.max(20, Math.min(width, 100) - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of paragraph.split(/\s+/)) {
    if (line !== "" && line.length + word.length + 1 > room) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return (line === "" ? lines : [...lines, line]).map((each) => " ".repeat(indent) + each);
}
