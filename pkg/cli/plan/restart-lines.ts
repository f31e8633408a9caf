import type { PlannedAction, PlannedRollout } from "../../protocol/index.ts";

/** Beyond so many steps only their number is told; -o json tells all. */
const shownSteps = 60;

/** What is stopped and started, and why; steps are numbered over all components, and what has one number is at the same time. */
export function restartLines(rollouts: readonly PlannedRollout[]): readonly string[] {
  const heads = rollouts.flatMap((rollout) => {
    const { application, component, members, atATime, why } = rollout;
    const name = application === undefined ? component : `${application}/${component}`;
    const isNew = why.includes("it is new");
    const pace =
      members === 1
        ? "1 member"
        : isNew
          ? `${members} members`
          : `${members} members, ${Math.min(atATime, members)} at a time`;
    return [`${name}: ${pace}`, ...why.map((one) => `    because ${one}`)];
  });
  const steps = new Map<number, string[]>();
  for (const { component, steps: own } of rollouts)
    for (const { step, actions } of own)
      steps.set(step, [...(steps.get(step) ?? []), ...memberLines(component, actions)]);
  const ordered = [...steps].sort(([left], [right]) => left - right);
  const shown = ordered
    .slice(0, shownSteps)
    .flatMap(([step, lines]) =>
      lines.map((line, index) => `${index === 0 ? String(step).padStart(4) : "    "}  ${line}`),
    );
  const more = ordered.length - shownSteps;
  return [...heads, ...shown, ...(more > 0 ? [`      … and ${more} more steps: plush plan -o json`] : [])];
}

/** One line a member: "servers-0 on m1: stop serve/server, start fill/load". */
function memberLines(component: string, actions: readonly PlannedAction[]): readonly string[] {
  const members = new Map<string, string[]>();
  for (const { action, ordinal, phase, process, resource } of actions) {
    const member = `${component}-${ordinal} on ${resource}`;
    const words = `${action.toLowerCase()} ${phase === undefined ? process : `${phase}/${process}`}`;
    members.set(member, [...(members.get(member) ?? []), words]);
  }
  return [...members].map(([member, words]) => `${member}: ${words.join(", ")}`);
}
