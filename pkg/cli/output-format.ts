import { UsageError } from "./usage-error.ts";

/** What -o asks for. */
export type OutputFormat =
  | { readonly kind: "table"; readonly wide: boolean }
  | { readonly kind: "yaml" | "json" | "name" }
  | { readonly kind: "jsonpath"; readonly template: string }
  | { readonly kind: "columns"; readonly spec: string; readonly fromFile: boolean };

export const outputHelp = "wide, yaml, json, name, jsonpath=TEMPLATE, custom-columns=NAME:PATH,...";

export function parseOutput(text: string | undefined): OutputFormat {
  if (text === undefined || text === "") return { kind: "table", wide: false };
  if (text === "wide") return { kind: "table", wide: true };
  if (text === "yaml" || text === "json" || text === "name") return { kind: text };
  const [, word, value] = /^([a-z-]+)=(.*)$/s.exec(text) ?? [];
  if (word === "jsonpath") return { kind: "jsonpath", template: value ?? "" };
  if (word === "custom-columns") return { kind: "columns", spec: value ?? "", fromFile: false };
  if (word === "custom-columns-file") return { kind: "columns", spec: value ?? "", fromFile: true };
  throw new UsageError(`--output: ${JSON.stringify(text)} is not one of ${outputHelp}`);
}
