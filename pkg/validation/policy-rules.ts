import type { Component } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { percentRules, positiveDuration } from "./checks.ts";

/** What holds for a whole application, and for a component that stands alone: how failures and updates go. */
export function policyRules({ recovery, updateStrategy }: Pick<Component["spec"], "recovery" | "updateStrategy">) {
  const { maxUnavailable, progressDeadline } = updateStrategy;
  return [
    ...percentRules("spec.recovery.maxConcurrent", recovery.maxConcurrent),
    ...positiveDuration("spec.recovery.process.within", recovery.process.within),
    ...percentRules("spec.updateStrategy.maxUnavailable", maxUnavailable),
    ...positiveDuration("spec.updateStrategy.progressDeadline", progressDeadline),
  ] satisfies StatusCause[];
}
