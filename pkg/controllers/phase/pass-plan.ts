import type { EnteredMember, Phase } from "../../api/index.ts";
import { type Pass, planPasses, throttleRuleOf } from "../../barrier/index.ts";
import { formatMicroTime, parseTimestamp } from "../../clock/index.ts";
import type { PhaseMember } from "./members-plan.ts";
import type { Round } from "./round.ts";
import { memberName } from "./world.ts";

/**
 * Who passes a released barrier that is throttled, besides those who have. A place is held until its member is done in
 * all phases that directly follow; one whose member died, or was replaced, is free.
 */
export function withPasses(
  round: Round,
  members: readonly PhaseMember[],
  { phase, now }: { readonly phase: Phase; readonly now: number },
): Round {
  const rule = throttleRuleOf(phase.spec.barrier.release);
  if (rule === undefined) return round;
  const before = round.passed ?? [];
  const name = phase.spec.phase;
  const ready = members.filter(
    (member) =>
      member.takesPart &&
      member.plan.progress.get(name)?.entered === true &&
      !before.some((pass) => isHolder(pass, member)),
  );
  const plan = planPasses({
    rule,
    waiting: inOrderOfEntry(ready, round).map(holderName),
    passes: before.map((pass) => passOf(pass, members)),
    nowMs: now,
  });
  const at = formatMicroTime(now);
  const passing = plan.pass.flatMap((holder) => ready.find((member) => holderName(member) === holder) ?? []);
  const passed = [...before, ...passing.map((member): EnteredMember => ({ ...holderOf(member), at }))];
  const waits = [round.recheckAfterMs, plan.recheckAfterMs].filter((ms) => ms !== undefined);
  return { ...round, passed, ...(waits.length > 0 && { recheckAfterMs: Math.min(...waits) }) };
}

/** The same holder of the same ordinal: not an earlier one of that name. */
export function isHolder(entry: EnteredMember, { component, ordinal, claim }: PhaseMember): boolean {
  if (entry.component !== component || entry.ordinal !== ordinal || entry.epoch !== claim.spec.epoch) return false;
  return entry.claimUid === undefined || entry.claimUid === claim.metadata.uid;
}

function passOf(pass: EnteredMember, members: readonly PhaseMember[]): Pass {
  const member = members.find((one) => isHolder(pass, one));
  const isThrough = ({ plan, following }: PhaseMember): boolean =>
    following.every((name) => {
      const progress = plan.progress.get(name);
      return progress?.entered === true || progress?.failure !== undefined;
    });
  return {
    member: `${memberName(pass)}/${pass.claimUid ?? ""}/${pass.epoch}`,
    atMs: parseTimestamp(pass.at ?? "") ?? 0,
    left: member === undefined || isThrough(member),
  };
}

function holderOf({ component, ordinal, claim }: PhaseMember): EnteredMember {
  return { component, ordinal, epoch: claim.spec.epoch, claimUid: claim.metadata.uid ?? "" };
}

function holderName(member: PhaseMember): string {
  return `${memberName(member)}/${member.claim.metadata.uid ?? ""}/${member.claim.spec.epoch}`;
}

/** First those who entered first; then who came after the release. */
function inOrderOfEntry(members: readonly PhaseMember[], { entered }: Round): readonly PhaseMember[] {
  const entry = (member: PhaseMember): string => entered.find((it) => isHolder(it, member))?.at ?? "~";
  return [...members].sort((left, right) => (entry(left) < entry(right) ? -1 : entry(left) > entry(right) ? 1 : 0));
}
