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
  const { count, percent, timeout, minimum, knee, throttle, late } = release;
  const early = count !== undefined ? "count" : percent !== undefined ? "percent" : undefined;
  return [
    ...(knee !== undefined && early !== undefined
      ? [forbidden(`${field}.knee`, `may not be set beside ${early}`)]
      : []),
    ...(knee !== undefined && minimum === undefined
      ? [required(`${field}.minimum`, "a knee needs it: with how few members the phase may go on")]
      : []),
    ...throttleRules(`${field}.throttle`, throttle),
    ...(late === "Wait" ? [invalidValue(`${field}.late`, late, "a phase has no next round; use Pass or Reject")] : []),
    ...(count !== undefined && percent !== undefined
      ? [forbidden(`${field}.percent`, "may not be set beside count")]
      : []),
    ...(minimum !== undefined && timeout === undefined && knee === undefined
      ? [required(`${field}.timeout`, "minimum needs it")]
      : []),
    ...positiveDuration(`${field}.timeout`, timeout),
    ...percentRules(`${field}.minimum`, minimum),
    ...reachable(`${field}.count`, count, members),
    ...reachable(`${field}.minimum`, minimum, members),
    ...(typeof minimum === "number" && count !== undefined && minimum > count
      ? [invalidValue(`${field}.minimum`, minimum, `must not be more than count (${count})`)]
      : []),
  ];
}

function throttleRules(field: string, throttle: ReleaseRule["throttle"]): StatusCause[] {
  if (throttle === undefined) return [];
  const { rate, burst, concurrent, holdTimeout } = throttle;
  const isRate = rate !== undefined;
  return [
    ...(isRate === (concurrent !== undefined) ? [required(field, "must have either rate or concurrent")] : []),
    ...(!isRate && burst !== undefined ? [forbidden(`${field}.burst`, "belongs to rate")] : []),
    ...(isRate && holdTimeout !== undefined ? [forbidden(`${field}.holdTimeout`, "belongs to concurrent")] : []),
    ...positiveDuration(`${field}.holdTimeout`, holdTimeout),
  ];
}

function reachable(field: string, wanted: number | string | undefined, members: number | undefined): StatusCause[] {
  if (typeof wanted !== "number" || members === undefined || wanted <= members) return [];
  return [invalidValue(field, wanted, `can never be reached: the phase has at most ${members} members`)];
}
