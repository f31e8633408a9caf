import type { ApplicationFailure, Claim, Phase } from "../../api/index.ts";
import { formatTimestamp } from "../../clock/index.ts";
import type { Revisions } from "./revision-plan.ts";
import type { ApplicationWorld } from "./world.ts";

/**
 * The member that recovery lets the whole application fail with. It stands as long as the component's revision does:
 * once machines are given back, nothing else tells of it any more.
 */
export function memberFailure(
  { application, claims, now }: ApplicationWorld,
  revisions: Revisions,
  failedPhases: readonly Phase[],
): ApplicationFailure | undefined {
  const before = application.status?.failure;
  const isOfThisRun = ({ component, revision }: ApplicationFailure): boolean => {
    if (!application.spec.components.some(({ name }) => name === component)) return false;
    const wanted = revisions.byComponent.get(component)?.member;
    return wanted === undefined || revision === undefined || wanted === revision;
  };
  if (before !== undefined && isOfThisRun(before)) return before;
  const found = claims.flatMap((claim) => fatalClaim(claim, now)).find(isOfThisRun);
  return found ?? failedPhases.flatMap((phase) => fatalMember(phase, revisions, now))[0];
}

function fatalClaim({ spec, status }: Claim, now: number): readonly ApplicationFailure[] {
  const { action, epoch, reason = "", message = "", hook, at, revision } = status?.failure ?? {};
  if (action !== "FailApplication" || epoch !== spec.epoch) return [];
  const { component, ordinal = 0 } = spec;
  return [
    {
      reason,
      message,
      component,
      ordinal,
      ...(hook !== undefined && { hook }),
      ...(revision !== undefined && { revision }),
      at: at ?? formatTimestamp(now),
    },
  ];
}

/** A phase that has failed says so for ever; one that is released tells of members that fail later only while they are there. */
function fatalMember({ spec, status }: Phase, { byComponent }: Revisions, now: number): readonly ApplicationFailure[] {
  const [member] = status?.failed ?? [];
  if (status?.state === "Failed" || member === undefined) return [];
  const { component, ordinal, message = "" } = member;
  const revision = byComponent.get(component)?.member;
  const why = `in phase ${spec.phase}: ${message}`;
  return [
    {
      reason: "ProcessFailed",
      message: why,
      component,
      ordinal,
      ...(revision !== undefined && { revision }),
      at: formatTimestamp(now),
    },
  ];
}
