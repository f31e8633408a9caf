import { parseTimestamp } from "../clock/index.ts";
import { isObject, type JsonObject } from "../merge/index.ts";

/** Kubernetes' two ways to write an instant: metadata's times to the second, times of leases to the microsecond. */
type Precision = "seconds" | "microseconds";

const fraction = /\.(\d+)/;

/**
 * Writes times as Kubernetes does, in UTC and with as many digits as the field has: clients compare what they sent with
 * what they get. What is no time is left to the schema.
 */
export function withExactTimes(object: JsonObject, fields: Readonly<Record<string, Precision>>): JsonObject {
  const changed = Object.entries(fields).flatMap(([name, precision]) => {
    const value = object[name];
    const exact = typeof value === "string" ? exactTime(value, precision) : undefined;
    return exact === undefined || exact === value ? [] : [[name, exact] as const];
  });
  return changed.length === 0 ? object : { ...object, ...Object.fromEntries(changed) };
}

/** The same for the object in a field, where there is one. */
export function withExactTimesIn(
  object: JsonObject,
  field: string,
  fields: Readonly<Record<string, Precision>>,
): JsonObject {
  const inner = object[field];
  if (!isObject(inner)) return object;
  const exact = withExactTimes(inner, fields);
  return exact === inner ? object : { ...object, [field]: exact };
}

function exactTime(text: string, precision: Precision): string | undefined {
  const at = parseTimestamp(text.replace(fraction, ""));
  if (at === undefined) return undefined;
  const whole = new Date(at).toISOString().slice(0, 19);
  if (precision === "seconds") return `${whole}Z`;
  const digits = fraction.exec(text)?.[1] ?? "";
  return `${whole}.${digits.padEnd(6, "0").slice(0, 6)}Z`;
}
