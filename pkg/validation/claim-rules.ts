import { type Claim, invalidValue } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { immutable, unique } from "./checks.ts";

export function claimRules({ spec }: Claim, old?: Claim): StatusCause[] {
  return [...unique("spec.ports", "", spec.ports), ...(old === undefined ? [] : updateRules(spec, old.spec))];
}

/** A claim stays the claim of one member; it moves by a new epoch alone. */
function updateRules(spec: Claim["spec"], old: Claim["spec"]): StatusCause[] {
  const isSameEpoch = spec.epoch === old.epoch;
  return [
    ...immutable("spec.component", spec.component, old.component),
    ...immutable("spec.componentName", spec.componentName, old.componentName),
    ...immutable("spec.ordinal", spec.ordinal, old.ordinal),
    ...(spec.epoch < old.epoch ? [invalidValue("spec.epoch", spec.epoch, `must not be less than ${old.epoch}`)] : []),
    ...(isSameEpoch ? immutable("spec.resourceName", spec.resourceName, old.resourceName) : []),
    ...(isSameEpoch ? immutable("spec.resourceUid", spec.resourceUid, old.resourceUid) : []),
  ];
}
