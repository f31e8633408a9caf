import { invalidValue, type Phase, type PhaseTemplate, required } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { immutable, insidePath, positiveDuration, unique } from "./checks.ts";
import { releaseRules } from "./release-rules.ts";
import { runRules } from "./run-rules.ts";
import { processesOrWork, workReleaseRules, workRules } from "./work-rules.ts";

/** What a phase is made of, in an application or by itself. */
export type PhaseParts = Pick<PhaseTemplate, "after" | "processes" | "work" | "barrier" | "timeout" | "cleanup">;

/**
 * What holds for one phase without looking at the others. `members`: how many it can expect at most, where known;
 * `components`: names of those that there are, where known.
 */
export function phaseTemplateRules(
  field: string,
  phase: PhaseParts,
  members?: number,
  components?: readonly string[],
): StatusCause[] {
  return [
    ...unique(`${field}.after`, "", phase.after),
    ...processesOrWork(field, phase),
    ...(phase.work === undefined ? [] : workRules(`${field}.work`, phase.work)),
    ...unique(
      `${field}.processes`,
      "name",
      phase.processes.map((one) => one.name),
    ),
    ...phase.processes.flatMap((one, index) => runRules(`${field}.processes[${index}]`, one, components)),
    ...(phase.cleanup?.remove ?? []).flatMap((glob, index) => insidePath(`${field}.cleanup.remove[${index}]`, glob)),
    ...(phase.work === undefined
      ? releaseRules(`${field}.barrier.release`, phase.barrier.release, members)
      : workReleaseRules(`${field}.barrier.release`, phase.barrier.release)),
    ...(phase.barrier.release.late === "Wait"
      ? [invalidValue(`${field}.barrier.release.late`, "Wait", "a phase has no next round; use Pass or Reject")]
      : []),
    ...positiveDuration(`${field}.timeout`, phase.timeout),
  ];
}

export function phaseRules({ spec }: Phase, old?: Phase): StatusCause[] {
  return [
    ...phaseTemplateRules("spec", spec),
    ...(spec.after.includes(spec.phase)
      ? [invalidValue("spec.after", spec.phase, "a phase cannot wait for itself")]
      : []),
    ...standaloneWorkRules(spec),
    ...(old === undefined
      ? []
      : [
          ...immutable("spec.phase", spec.phase, old.spec.phase),
          ...immutable("spec.applicationName", spec.applicationName, old.spec.applicationName),
        ]),
  ];
}

/** In an application a component is found where there is only one. */
function standaloneWorkRules({ work, components }: Phase["spec"]): StatusCause[] {
  if (work === undefined) return [];
  const name = work.component ?? (components.length === 1 ? components[0] : undefined);
  if (name === undefined) return [required("spec.work.component", "whose members do the work")];
  return components.includes(name)
    ? []
    : [invalidValue("spec.work.component", name, `is none of spec.components (${components.join(", ")})`)];
}
