import type { ProcessOrder } from "../protocol/index.ts";
import type { TidyObservation } from "./plan-input.ts";
import type { ProcessPlan } from "./plan-process.ts";

export interface TidyInput {
  readonly uid: string;
  readonly order: ProcessOrder | undefined;
  readonly claimRuns: boolean;
  readonly tidying: TidyObservation | undefined;
}

/**
 * What is cleared away after a run, once for each key: when nothing else is to be done about the process, and what is not
 * meant to run on has ended.
 */
export function withTidying({ uid, order, claimRuns, tidying }: TidyInput, plan: ProcessPlan): ProcessPlan {
  const { entry, actions } = plan;
  const tidy = order?.tidy;
  const run = entry?.run;
  if (entry === undefined || run === undefined || order === undefined || tidy === undefined || !claimRuns) return plan;
  const isOfRun = run.epoch === order.epoch && run.revision === order.revision;
  const hasEnded = run.end !== undefined || order.restartPolicy === "Always";
  if (actions.length > 0 || !isOfRun || !hasEnded || entry.tidied?.key === tidy.key) return plan;
  if (tidying?.key === tidy.key) {
    return tidying.state === "busy" ? plan : { ...plan, entry: { ...entry, tidied: tidying.report } };
  }
  const { key, remove } = tidy;
  return { ...plan, actions: [{ kind: "tidy", process: uid, number: run.number, key, remove }] };
}
