import { invalidValue, isLabelKey, isLabelValue, type Resource } from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";
import { immutable, unique } from "./checks.ts";
import { notNegative } from "./run-rules.ts";

export function resourceRules({ spec }: Resource, old?: Resource): StatusCause[] {
  return [
    ...labelRules("spec.labels", spec.labels),
    ...unique(
      "spec.taints",
      "key",
      spec.taints.map((taint) => taint.key),
    ),
    ...notNegative("spec.capacity.cpu", spec.capacity?.cpu),
    ...notNegative("spec.capacity.memory", spec.capacity?.memory),
    ...(/[\s/[\]]/.test(spec.address)
      ? [invalidValue("spec.address", spec.address, "must be an address or host name")]
      : []),
    ...(old === undefined ? [] : immutable("spec.poolName", spec.poolName, old.spec.poolName)),
  ];
}

/** Labels that machines are selected by. */
export function labelRules(field: string, labels: Readonly<Record<string, string>>): StatusCause[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...(isLabelKey(key) ? [] : [invalidValue(field, key, "must be the key of a label")]),
    ...(isLabelValue(value)
      ? []
      : [
          invalidValue(
            `${field}[${key}]`,
            value,
            "must be the value of a label (at most 63 of A-Z, a-z, 0-9, -, _ and .)",
          ),
        ]),
  ]);
}
