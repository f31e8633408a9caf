import { duplicate, forbidden, invalidValue, required } from "../api/index.ts";
import { parseDuration } from "../clock/index.ts";
import type { StatusCause } from "../status/index.ts";

/** Checks that rules of several kinds are made of. Each gives the faults it finds; `field` is where it looks. */

/** Each item's key stands once in the list. `keyName` is "" where the items are the keys themselves. */
export function unique(field: string, keyName: string, keys: readonly (string | number | undefined)[]): StatusCause[] {
  const seen = new Set<string | number>();
  return keys.flatMap((key, index) => {
    if (key === undefined) return [];
    if (seen.has(key)) return [duplicate(`${field}[${index}]${keyName === "" ? "" : `.${keyName}`}`, key)];
    seen.add(key);
    return [];
  });
}

/** Exactly one of the fields is set. */
export function exactlyOne(field: string, choices: Readonly<Record<string, unknown>>): StatusCause[] {
  const set = Object.keys(choices).filter((name) => choices[name] !== undefined);
  const [first, second] = set;
  if (first === undefined) return [required(field, `one of ${Object.keys(choices).join(", ")}`)];
  if (second === undefined) return [];
  return [forbidden(`${field}.${second}`, `may not be set beside ${first}`)];
}

/** A field that an update may not change. */
export function immutable(field: string, value: unknown, old: unknown): StatusCause[] {
  return JSON.stringify(value) === JSON.stringify(old)
    ? []
    : [invalidValue(field, value ?? null, "field is immutable")];
}

/** A duration above 0. */
export function positiveDuration(field: string, duration: string | undefined): StatusCause[] {
  if (duration === undefined || parseDuration(duration) !== 0) return [];
  return [invalidValue(field, duration, "must be greater than 0s")];
}

/** A percentage of at most 100. */
export function percentRules(field: string, count: number | string | undefined): StatusCause[] {
  if (typeof count !== "string" || !count.endsWith("%") || Number(count.slice(0, -1)) <= 100) return [];
  return [invalidValue(field, count, "must not be more than 100%")];
}

/** The program of a command is named. */
export function command(field: string, argv: readonly string[] | undefined): StatusCause[] {
  if (argv?.[0] === undefined || argv[0].trim() !== "") return [];
  return [invalidValue(`${field}[0]`, argv[0], "must name a program")];
}

/** A relative path that does not lead out of the directory it starts from. */
export function insidePath(field: string, path: string): StatusCause[] {
  if (path.startsWith("/")) return [invalidValue(field, path, "must be a relative path")];
  if (path.split("/").includes("..")) return [invalidValue(field, path, 'must not contain ".."')];
  return path === "" || path.includes("\0") ? [invalidValue(field, path, "must be a path")] : [];
}
