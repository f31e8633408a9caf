import type { ResourceQuota, ResourceQuotaStatus } from "../../api/index.ts";
import { amountText, measureOf, type Usage } from "../../quota/index.ts";

/** What a quota tells: of each limit how much there is. */
export function quotaStatus({ spec }: ResourceQuota, usage: Usage): ResourceQuotaStatus {
  const used = Object.keys(spec.hard).flatMap((name) => {
    const measure = measureOf(name);
    return measure === undefined ? [] : [[name, amountText(measure, usage.of(measure))] as const];
  });
  return { hard: spec.hard, used: Object.fromEntries(used) };
}
