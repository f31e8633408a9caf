import { forbidden, type Process, required } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { immutable } from "./checks.ts";
import { runRules } from "./run-rules.ts";

export function processRules({ spec }: Process, old?: Process): StatusCause[] {
  const { resourceName, phaseName, claimName } = spec;
  return [
    ...runRules("spec", spec),
    ...(phaseName === undefined && resourceName === undefined && claimName === undefined
      ? [required("spec.resourceName", "where no phase made the process")]
      : []),
    ...(phaseName !== undefined && resourceName !== undefined
      ? [forbidden("spec.resourceName", "may not be set beside phaseName")]
      : []),
    ...(old === undefined ? [] : identityRules(spec, old.spec)),
  ];
}

function identityRules(spec: Process["spec"], old: Process["spec"]): StatusCause[] {
  return [
    ...immutable("spec.resourceName", spec.resourceName, old.resourceName),
    ...immutable("spec.component", spec.component, old.component),
    ...immutable("spec.ordinal", spec.ordinal, old.ordinal),
    ...immutable("spec.phase", spec.phase, old.phase),
    ...immutable("spec.process", spec.process, old.process),
  ];
}
