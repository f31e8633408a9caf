import { kinds, labels, type Process } from "../../api/index.ts";
import type { Grouping } from "../live/groups.ts";

/** Processes by the machine that they are on, or were ordered to. */
export const processesByMachine: Grouping<Process> = {
  kind: kinds.Process,
  groupOf: ({ metadata, spec, status }) =>
    metadata.labels?.[labels.resource] ?? status?.resourceName ?? spec.resourceName,
};

/** Those of one application together. */
export function byName(processes: readonly Process[]): readonly Process[] {
  return [...processes].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ metadata }: Process): string => `${metadata.namespace}/${metadata.name}`;
