import { type Claim, findCondition, type Phase, type Process } from "../api/index.ts";

/**
 * What is read of the statuses of a member's objects: by `memberOf` and `memberReadiness`, and by `pressureText`. Where none
 * of it is another, neither is what they say.
 */
export const memberFacts = {
  claim: ({ status }: Claim): readonly unknown[] => [status?.state, status?.epoch, status?.revision, status?.failure],
  pressure: ({ status }: Claim): readonly unknown[] => {
    const pressure = findCondition(status?.conditions, "Pressure");
    return [pressure?.status, pressure?.reason];
  },
  process: ({ status }: Process): readonly unknown[] => {
    const ready = findCondition(status?.conditions, "Ready");
    return [
      ...[status?.state, status?.epoch, status?.revision, status?.exitCode, status?.signal],
      ...[ready?.status, ready?.lastTransitionTime],
    ];
  },
  phase: ({ status }: Phase): readonly unknown[] => [status?.state, status?.release, status?.entered, status?.passed],
} as const;
