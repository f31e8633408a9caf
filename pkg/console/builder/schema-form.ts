import { type Fields, fields, isObject, list, text } from "../../merge/index.ts";
import type { Path } from "./edit-value.ts";
import type { Schemas } from "./schemas.ts";

/** How a value is asked for. */
export type Widget =
  | { readonly type: "text"; readonly placeholder: string; readonly mayBeNumber: boolean }
  | { readonly type: "number"; readonly placeholder: string; readonly min?: number; readonly max?: number }
  | { readonly type: "switch"; readonly isOn: boolean }
  | { readonly type: "choice"; readonly options: readonly string[]; readonly otherwise: string }
  /** Texts, one a line. */
  | { readonly type: "lines"; readonly mayBeNumber: boolean }
  /** Names with a text each. */
  | { readonly type: "map"; readonly mayBeNumber: boolean }
  | { readonly type: "group"; readonly schema: Fields }
  | { readonly type: "items"; readonly schema: Fields }
  /** Is there, and is not shown. */
  | { readonly type: "secret"; readonly names: readonly string[] };

export interface FormField {
  readonly name: string;
  /** From the object on. */
  readonly path: Path;
  readonly help: string;
  readonly isRequired: boolean;
  /** Stands behind "more". */
  readonly isRare: boolean;
  readonly value: unknown;
  readonly widget: Widget;
}

/** What an object's form begins with; the rest is asked for when it is wanted. */
const usual: ReadonlySet<string> = new Set([
  ...[
    "name",
    "replicas",
    "minReady",
    "spares",
    "software",
    "resources",
    "pool",
    "attributes",
    "requests",
    "cpu",
    "memory",
  ],
  ...["min", "max", "in", "ideal", "penalty", "after", "component", "command", "env", "restartPolicy", "ports", "port"],
  ...[
    "readinessProbe",
    "barrier",
    "release",
    "percent",
    "timeout",
    "minimum",
    "work",
    "value",
    "source",
    "url",
    "install",
  ],
  ...["provider", "data", "spread", "by", "count", "items", "lines", "perMember"],
]);

export interface FormPlace {
  readonly apiVersion: string;
  readonly kind: string;
  readonly path: Path;
  /** Fields that are asked for elsewhere. */
  readonly leftOut?: readonly string[];
}

/** The fields of an object that stands at a path, in the order of its schema; none where it is no object. */
export function formFields(
  schemas: Schemas,
  { apiVersion, kind, path, leftOut = [] }: FormPlace,
  value: unknown,
): readonly FormField[] {
  const schema = schemas.at(apiVersion, kind, path);
  if (schema === undefined) return [];
  const required = new Set(list(schema["required"]).map(text));
  const own = fields(value);
  const all = Object.entries(fields(schema["properties"])).flatMap(([name, property]): readonly FormField[] => {
    if (leftOut.includes(name) || (path.length === 0 && envelope.has(name))) return [];
    const resolved = schemas.resolve(apiVersion, property);
    const isRequired = required.has(name);
    return [
      {
        name,
        path: [...path, name],
        help: text(resolved["description"]),
        isRequired,
        isRare: !isRequired && own[name] === undefined && !usual.has(name),
        value: own[name],
        widget: isHidden(kind, name)
          ? { type: "secret", names: Object.keys(fields(own[name])) }
          : widgetOf(schemas, apiVersion, resolved),
      },
    ];
  });
  // A name stands first, whatever the order of the schema.
  return [...all.filter(({ name }) => name === "name"), ...all.filter(({ name }) => name !== "name")];
}

const envelope: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata", "status"]);

function isHidden(kind: string, name: string): boolean {
  return kind === "Secret" && (name === "data" || name === "stringData");
}

function widgetOf(schemas: Schemas, apiVersion: string, schema: Fields): Widget {
  const { type, enum: choices } = schema;
  const otherwise = schema["default"] === undefined || isObject(schema["default"]) ? "" : text(schema["default"]);
  if (Array.isArray(choices)) return { type: "choice", options: choices.map(text), otherwise };
  if (type === "boolean") return { type: "switch", isOn: schema["default"] === true };
  if (type === "integer" || type === "number") return numberWidget(schema, otherwise);
  if (type === "array") {
    const items = schemas.resolve(apiVersion, schema["items"]);
    if (items["properties"] !== undefined || items["type"] === "object") return { type: "items", schema: items };
    return { type: "lines", mayBeNumber: allowsNumber(items) };
  }
  if (schema["properties"] !== undefined) return { type: "group", schema };
  if (type === "object" || isObject(schema["additionalProperties"]))
    return { type: "map", mayBeNumber: allowsNumber(schemas.resolve(apiVersion, schema["additionalProperties"])) };
  return { type: "text", placeholder: otherwise || exampleOf(schema), mayBeNumber: allowsNumber(schema) };
}

function numberWidget(schema: Fields, placeholder: string): Widget {
  const { minimum, maximum } = schema;
  return {
    type: "number",
    placeholder,
    ...(typeof minimum === "number" && { min: minimum }),
    ...(typeof maximum === "number" && { max: maximum }),
  };
}

function allowsNumber(schema: Fields): boolean {
  const types = [schema, ...list(schema["oneOf"]).map(fields), ...list(schema["anyOf"]).map(fields)].map(
    (one) => one["type"],
  );
  return types.includes("number") || types.includes("integer");
}

const examples: Readonly<Record<string, string>> = {
  duration: "10s, 5m, 24h",
  quantity: "500m, 2, 256Mi",
  "count-or-percent": "3, 50%",
  "date-time": "2030-01-31T08:00:00Z",
};

/** The formats of the schemas, by name or by what their descriptions give as examples. */
function exampleOf(schema: Fields): string {
  const named = examples[text(schema["format"])];
  if (named !== undefined) return named;
  return /: ([^:]*\d[^:]*)\.$/.exec(text(schema["description"]))?.[1] ?? "";
}

/** What was typed as the value it means; undefined: the field goes. */
export function readTyped(typed: string, mayBeNumber: boolean): string | number | undefined {
  if (typed === "") return undefined;
  return mayBeNumber && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(typed) ? Number(typed) : typed;
}
