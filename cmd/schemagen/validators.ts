import { Ajv } from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";
import { banner } from "./banner.ts";
import type { Model } from "./model.ts";

/** ajv asks for its own runtime by require(), which an ES module has not; this is what it means. */
const runtimeReplacements: readonly [RegExp, string][] = [
  [/require\("ajv\/dist\/runtime\/ucs2length"\)\.default/g, "((text) => [...text].length)"],
];

/** An ES module with one validator per kind, `validateApplication` and so on; they fill defaults into their input. */
export function generateValidators(model: Model): string {
  const ajv = new Ajv({
    code: { source: true, esm: true, lines: true },
    allErrors: true,
    messages: false,
    useDefaults: true,
    inlineRefs: false,
    strict: false,
    validateFormats: false,
  });
  const $defs = Object.fromEntries([...model.definitions].map(([name, one]) => [name, forValidator(one)]));
  ajv.addSchema({ $id: "plush", $defs });
  const exports: Record<string, string> = {};
  for (const kind of model.kinds) exports[`validate${kind["x-kind"]}`] = `plush#/$defs/${kind["x-kind"]}`;
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
  const lines = model.kinds.map((kind) => `export declare const validate${kind["x-kind"]}: Validator;`);
  return `${banner}import type { Validator } from "../validator.ts";\n\n${lines.join("\n")}\n`;
}

/** Unknown fields are found and dropped before validation, so the validators need not look for them. */
function forValidator(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(forValidator);
  if (typeof node !== "object" || node === null) return node;
  const kept = Object.entries(node).filter(
    ([key, value]) => !(key === "description" && typeof value === "string") && !isGeneratorKey(key, value),
  );
  return Object.fromEntries(kept.map(([key, value]) => [key, forValidator(value)]));
}

function isGeneratorKey(key: string, value: unknown): boolean {
  if (key === "additionalProperties") return value === false;
  return key.startsWith("x-") || key === "$id" || key === "$schema" || key === "title" || key === "format";
}
