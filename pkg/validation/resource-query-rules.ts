import { invalidValue, type ResourceQuery } from "../api/index.ts";
import { parseDuration } from "../clock/index.ts";
import type { StatusCause } from "../status/index.ts";
import { positiveDuration, unique } from "./checks.ts";
import { requirementRules } from "./requirement-rules.ts";

/** What is looked for keeps a processor busy for so long at most. */
const longestMs = 10_000;

export function resourceQueryRules({ spec }: ResourceQuery): StatusCause[] {
  const { groups, timeBudget } = spec;
  const isTooLong = (parseDuration(timeBudget) ?? 0) > longestMs;
  return [
    ...unique(
      "spec.groups",
      "name",
      groups.map(({ name }) => name),
    ),
    ...groups.flatMap(({ resources }, index) => requirementRules(`spec.groups[${index}].resources`, resources)),
    ...positiveDuration("spec.timeBudget", timeBudget),
    ...(isTooLong ? [invalidValue("spec.timeBudget", timeBudget, "must not be more than 10s")] : []),
  ];
}
