import { forbidden, invalidValue, type ReleaseRule, required } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { percentRules, positiveDuration } from "./checks.ts";

/** `members`: how many can enter at most, where known. */
export function releaseRules(field: string, release: ReleaseRule, members: number | undefined): StatusCause[] {
  const { count, percent, timeout, minimum, knee, throttle } = release;
  const early = count !== undefined ? "count" : percent !== undefined ? "percent" : undefined;
  return [
    ...(knee !== undefined && early !== undefined
      ? [forbidden(`${field}.knee`, `may not be set beside ${early}`)]
      : []),
    ...(knee !== undefined && minimum === undefined
      ? [required(`${field}.minimum`, "a knee needs it: with how few members the phase may go on")]
      : []),
    ...throttleRules(`${field}.throttle`, throttle),
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
