import type { Hook } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { boundedDuration, certificateRules, urlRules } from "./callback-rules.ts";

export function hookRules({ spec }: Hook): StatusCause[] {
  return [
    ...urlRules("spec.url", spec.url),
    // A hook that takes longer holds up the recovery of its members for nothing.
    ...boundedDuration("spec.timeout", spec.timeout, "30s"),
    ...certificateRules("spec.caBundle", spec.caBundle),
  ];
}
