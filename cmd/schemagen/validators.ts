import { Ajv } from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";
import { banner } from "./banner.ts";
import type { Definition, Model } from "./model.ts";

/** ajv asks for its own runtime by require(), which an ES module has not; this is what it means. */
const runtimeReplacements: readonly [RegExp, string][] = [
  [/require\("ajv\/dist\/runtime\/ucs2length"\)\.default/g, "((text) => [...text].length)"],
];

/** RFC 3339. What days a month has is not looked at: no clock writes a day that is none. */
const timestamp =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
/** What a whole number may be where its schema sets no bound: int32 where it says so, else what a number can hold exactly. */
const largest = { int32: 2 ** 31 - 1, other: Number.MAX_SAFE_INTEGER };

/**
 * An ES module with one validator per kind, `validateApplication` and so on, and one of its status alone where that is a
 * definition of its own, `validateApplicationStatus`; they fill defaults into their input.
 */
export function generateValidators(model: Model): string {
  const ajv = new Ajv({
    code: { source: true, esm: true, lines: true },
    allErrors: true,
    messages: false,
    useDefaults: true,
    inlineRefs: false,
    strict: false,
    formats: { "date-time": timestamp },
  });
  const $defs = Object.fromEntries([...model.definitions].map(([name, one]) => [name, forValidator(one)]));
  ajv.addSchema({ $id: "plush", $defs });
  const exports: Record<string, string> = {};
  for (const name of validated(model)) exports[`validate${name}`] = `plush#/$defs/${name}`;
  let code = standaloneCode.default(ajv, exports);
  for (const [pattern, replacement] of runtimeReplacements) code = code.replaceAll(pattern, replacement);
  // Without this mark a bundler must take it that making a pattern does something, and keeps the whole module.
  code = code.replaceAll("new RegExp(", "/* @__PURE__ */ new RegExp(");
  const left = /require\([^)]*\)/.exec(code);
  if (left !== null) throw new Error(`a validator needs ${left[0]}, which an ES module cannot have`);
  return `${banner}${code}\n`;
}

/** Types of the validators' module. */
export function generateValidatorTypes(model: Model): string {
  const lines = validated(model).map((name) => `export declare const validate${name}: Validator;`);
  return `${banner}import type { Validator } from "../validator.ts";\n\n${lines.join("\n")}\n`;
}

/** Definitions that have a validator of their own. */
function validated({ kinds, definitions }: Model): readonly string[] {
  return kinds.flatMap(({ "x-kind": kind, properties }) => {
    const status = `${kind}Status`;
    const isOwn = properties?.["status"]?.$ref === `#/$defs/${status}` && definitions.has(status);
    return isOwn ? [kind, status] : [kind];
  });
}

/** Unknown fields are found and dropped before validation, so the validators need not look for them. */
function forValidator(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(forValidator);
  if (typeof node !== "object" || node === null) return node;
  const kept = Object.entries(node).filter(
    ([key, value]) => !(key === "description" && typeof value === "string") && !isGeneratorKey(key, value),
  );
  return { ...boundsOf(node), ...Object.fromEntries(kept.map(([key, value]) => [key, forValidator(value)])) };
}

function boundsOf(node: object): object {
  const { type, format } = node as Definition;
  if (type !== "integer") return {};
  const bound = format === "int32" ? largest.int32 : largest.other;
  return { maximum: bound, ...("exclusiveMinimum" in node ? {} : { minimum: -bound }) };
}

function isGeneratorKey(key: string, value: unknown): boolean {
  if (key === "additionalProperties") return value === false;
  return (
    key.startsWith("x-") ||
    key === "$id" ||
    key === "$schema" ||
    key === "title" ||
    (key === "format" && value !== "date-time")
  );
}
