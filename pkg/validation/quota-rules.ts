import { invalidValue, notSupported, type ResourceQuota } from "../api/index.ts";
import { amountOf, limitNames, measureOf, priorityName } from "../quota/index.ts";
import type { StatusCause } from "../status/index.ts";

/** A limit that nothing is held to would be believed in. */
export function quotaRules({ spec }: ResourceQuota): StatusCause[] {
  return Object.entries(spec.hard).flatMap(([name, amount]) => {
    const field = `spec.hard[${name}]`;
    const measure = measureOf(name);
    if (measure === undefined) return [notSupported(field, name, limitNames)];
    if (measure === priorityName) {
      return Number.isInteger(Number(amount)) ? [] : [invalidValue(field, amount, "must be a whole number")];
    }
    if (amountOf(measure, amount) < 0) return [invalidValue(field, amount, "must be greater than or equal to 0")];
    return [];
  });
}
