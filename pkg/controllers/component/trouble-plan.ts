import { type Condition, findCondition, type Process } from "../../api/index.ts";
import type { PresentMember } from "./members.ts";
import type { ComponentWorld } from "./world.ts";

/** Why a member cannot be helped by waiting. */
export interface Trouble {
  readonly ordinal: number;
  readonly reason: string;
  readonly message: string;
}

/** Members that need a person, each with its cause: what its claim says, else what its processes say. */
export function troubles(world: ComponentWorld, members: readonly PresentMember[]): readonly Trouble[] {
  return members.flatMap(({ ordinal, claim, processes }) => {
    if (isIgnored(claim)) return [];
    const condition = stalled(claim.status?.conditions) ?? processTrouble(processes, world.processes);
    return condition === undefined ? [] : [{ ordinal, reason: condition.reason, message: condition.message }];
  });
}

/** Recovery, or a hook, says that nobody is to be troubled with it. */
function isIgnored({ spec, status }: PresentMember["claim"]): boolean {
  return status?.failure?.action === "Ignore" && status.failure.epoch === spec.epoch;
}

function processTrouble(own: readonly Process[], all: readonly Process[]): Condition | undefined {
  for (const process of own) {
    const condition = stalled(process.status?.conditions);
    // A failed process that is not started again is its phase's business.
    if (condition === undefined || condition.reason === "Failed") continue;
    if (condition.reason === "CrashLoop" && (isLeft(process) || worksElsewhere(process, all))) continue;
    return condition;
  }
  return undefined;
}

/** Said beforehand; the claim says it a moment later, and whether a hook says otherwise. */
function isLeft({ spec }: Process): boolean {
  return spec.recovery.action === "Ignore";
}

/** The same revision does well on another machine, so this one is to blame, and the member is replaced. */
function worksElsewhere({ spec, metadata }: Process, all: readonly Process[]): boolean {
  return all.some(
    (other) =>
      other.metadata.uid !== metadata.uid &&
      other.spec.phase === spec.phase &&
      other.spec.process === spec.process &&
      other.status?.revision === spec.revision &&
      (other.status.state === "Ready" || other.status.exitCode === 0),
  );
}

function stalled(conditions: readonly Condition[] | undefined): Condition | undefined {
  const condition = findCondition(conditions, "Stalled");
  return condition?.status === "True" ? condition : undefined;
}
