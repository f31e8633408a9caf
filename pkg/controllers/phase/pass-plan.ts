import type { EnteredMember, Phase } from "../../api/index.ts";
import { type Pass, planPasses, throttleRuleOf } from "../../barrier/index.ts";
import { formatMicroTime, parseTimestamp } from "../../clock/index.ts";
import { entriesOf } from "../../graph/index.ts";
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
      !entriesOf(before, member).some((pass) => isHolder(pass, member)),
  );
  const byHolder = new Map(ready.map((member) => [holderName(member), member]));
  const byName = new Map(members.map((member) => [memberName(member), member]));
  const plan = planPasses({
    rule,
    waiting: inOrderOfEntry(ready, round).map(holderName),
    passes: before.map((pass) => passOf(pass, byName.get(memberName(pass)))),
    nowMs: now,
  });
  const at = formatMicroTime(now);
  const passing = plan.pass.flatMap((holder) => byHolder.get(holder) ?? []);
  const passed = [...before, ...passing.map((member): EnteredMember => ({ ...holderOf(member), at }))];
  const waits = [round.recheckAfterMs, plan.recheckAfterMs].filter((ms) => ms !== undefined);
  return { ...round, passed, ...(waits.length > 0 && { recheckAfterMs: Math.min(...waits) }) };
}

/** The same holder of the same ordinal: not an earlier one of that name. */
export function isHolder(entry: EnteredMember, { component, ordinal, claim }: PhaseMember): boolean {
  if (entry.component !== component || entry.ordinal !== ordinal || entry.epoch !== claim.spec.epoch) return false;
  return entry.claimUid === undefined || entry.claimUid === claim.metadata.uid;
}

function passOf(pass: EnteredMember, present: PhaseMember | undefined): Pass {
  const member = present !== undefined && isHolder(pass, present) ? present : undefined;
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
  const entry = (member: PhaseMember): string =>
    entriesOf(entered, member).find((it) => isHolder(it, member))?.at ?? "~";
  return members
    .map((member) => ({ member, at: entry(member) }))
    .sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0))
    .map(({ member }) => member);
}
