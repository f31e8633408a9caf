import { type Barrier, forbidden, required } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { immutable } from "./checks.ts";
import { releaseRules } from "./release-rules.ts";

export function barrierRules({ spec }: Barrier, old?: Barrier): StatusCause[] {
  const { expected, component, applicationName, release } = spec;
  return [
    ...(expected === undefined && component === undefined
      ? [required("spec.expected", "say how many are expected, or name a component")]
      : []),
    ...(expected !== undefined && component !== undefined
      ? [forbidden("spec.component", "may not be set beside expected")]
      : []),
    ...(component !== undefined && applicationName === undefined
      ? [required("spec.applicationName", "component needs it")]
      : []),
    ...releaseRules("spec.release", release, expected),
    ...(old === undefined
      ? []
      : [
          ...immutable("spec.applicationName", spec.applicationName, old.spec.applicationName),
          ...immutable("spec.component", spec.component, old.spec.component),
        ]),
  ];
}
