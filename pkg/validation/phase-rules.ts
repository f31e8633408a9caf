import { forbidden, invalidValue, type Phase, type PhaseTemplate, type ReleaseRule, required } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { immutable, positiveDuration, unique } from "./checks.ts";
import { percentRules } from "./component-rules.ts";
import { runRules } from "./run-rules.ts";

/** What a phase is made of, in an application or by itself. */
export type PhaseParts = Pick<PhaseTemplate, "after" | "processes" | "barrier" | "timeout">;

/** What holds for one phase without looking at the others. `members`: how many it can expect at most, where known. */
export function phaseTemplateRules(field: string, phase: PhaseParts, members?: number): StatusCause[] {
  return [
    ...unique(`${field}.after`, "", phase.after),
    ...unique(
      `${field}.processes`,
      "name",
      phase.processes.map((one) => one.name),
    ),
    ...phase.processes.flatMap((one, index) => runRules(`${field}.processes[${index}]`, one)),
    ...releaseRules(`${field}.barrier.release`, phase.barrier.release, members),
    ...positiveDuration(`${field}.timeout`, phase.timeout),
  ];
}

export function phaseRules({ spec }: Phase, old?: Phase): StatusCause[] {
  return [
    ...phaseTemplateRules("spec", spec),
    ...(spec.after.includes(spec.phase)
      ? [invalidValue("spec.after", spec.phase, "a phase cannot wait for itself")]
      : []),
    ...(old === undefined
      ? []
      : [
          ...immutable("spec.phase", spec.phase, old.spec.phase),
          ...immutable("spec.applicationName", spec.applicationName, old.spec.applicationName),
        ]),
  ];
}

function releaseRules(field: string, release: ReleaseRule, members: number | undefined): StatusCause[] {
  const { count, percent, timeout, minimum } = release;
  return [
    ...(count !== undefined && percent !== undefined
      ? [forbidden(`${field}.percent`, "may not be set beside count")]
      : []),
    ...(minimum !== undefined && timeout === undefined ? [required(`${field}.timeout`, "minimum needs it")] : []),
    ...positiveDuration(`${field}.timeout`, timeout),
    ...percentRules(`${field}.minimum`, minimum),
    ...reachable(`${field}.count`, count, members),
    ...reachable(`${field}.minimum`, minimum, members),
    ...(typeof minimum === "number" && count !== undefined && minimum > count
      ? [invalidValue(`${field}.minimum`, minimum, `must not be more than count (${count})`)]
      : []),
  ];
}

function reachable(field: string, wanted: number | string | undefined, members: number | undefined): StatusCause[] {
  if (typeof wanted !== "number" || members === undefined || wanted <= members) return [];
  return [invalidValue(field, wanted, `can never be reached: the phase has at most ${members} members`)];
}
