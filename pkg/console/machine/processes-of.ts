import { labels, type Process } from "../../api/index.ts";
import type { Objects } from "../live/world.ts";

/** The machine that a process is on, or was ordered to. */
export function machineOfProcess({ metadata, spec, status }: Process): string | undefined {
  return metadata.labels?.[labels.resource] ?? status?.resourceName ?? spec.resourceName;
}

/** Processes of a machine, those of one application together. */
export function processesOn(machine: string): (processes: Objects<Process>) => readonly Process[] {
  return (processes) =>
    [...processes.values()]
      .filter((process) => machineOfProcess(process) === machine)
      .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ metadata }: Process): string => `${metadata.namespace}/${metadata.name}`;
