import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Arguments, Flag } from "../../arguments.ts";
import { UsageError } from "../../usage-error.ts";

/** Flags by which a Secret or ConfigMap is filled. */
export const literalFlags: readonly Flag[] = [
  { name: "from-literal", type: "texts", value: "KEY=VALUE", help: "one value" },
  { name: "from-file", type: "texts", value: "[KEY=]FILE", help: "a file, or each file of a folder" },
  { name: "from-env-file", type: "texts", value: "FILE", help: "lines of KEY=VALUE" },
];

/** What the flags say, in bytes by key. */
export function readLiterals(args: Arguments): ReadonlyMap<string, Buffer> {
  const values = new Map<string, Buffer>();
  const add = (key: string, value: Buffer): void => {
    if (values.has(key)) throw new UsageError(`${key} is given twice`);
    values.set(key, value);
  };
  for (const text of args.texts("from-literal")) {
    const equals = text.indexOf("=");
    if (equals <= 0) throw new UsageError(`--from-literal: ${JSON.stringify(text)} is not KEY=VALUE`);
    add(text.slice(0, equals), Buffer.from(text.slice(equals + 1)));
  }
  for (const text of args.texts("from-file")) for (const [key, path] of filesOf(text)) add(key, read(path));
  for (const path of args.texts("from-env-file"))
    for (const [key, value] of envOf(read(path).toString())) add(key, Buffer.from(value));
  return values;
}

function filesOf(text: string): readonly (readonly [string, string])[] {
  const [, key, path = text] = /^([^=/]+)=(.*)$/.exec(text) ?? [];
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [[key ?? basename(path), path]];
  if (key !== undefined) throw new UsageError(`--from-file: ${path} is a folder: its files name their keys`);
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [entry.name, join(path, entry.name)] as const);
}

export function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new UsageError(
      missing ? `${path}: no such file` : `${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function envOf(text: string): readonly (readonly [string, string])[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const equals = line.indexOf("=");
      if (equals <= 0) throw new UsageError(`--from-env-file: ${JSON.stringify(line)} is not KEY=VALUE`);
      return [line.slice(0, equals), line.slice(equals + 1)] as const;
    });
}
