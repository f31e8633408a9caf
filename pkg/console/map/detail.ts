import { mapTexts as texts } from "../texts/map.ts";
import { type Colouring, loadPerCore } from "./colouring.ts";
import type { Machine } from "./machine.ts";

/** What stands below a machine's name, by what colours tell. */
export function detailOf(colouring: Colouring): (machine: Machine) => string {
  return details[colouring];
}

const details: Readonly<Record<Colouring, (machine: Machine) => string>> = {
  state: ({ state, resource, applications: [first, ...more] }) => {
    const work = first === undefined ? resource.status?.step : `${first}${more.length > 0 ? ` +${more.length}` : ""}`;
    return [state, work].filter(Boolean).join(" · ");
  },
  application: ({ applications }) => applications.join(", ") || texts.noApplication,
  load: (machine) => {
    const load = loadPerCore(machine);
    return load === undefined ? texts.unknown : texts.loadOf(machine.load ?? 0, machine.cores);
  },
  memory: ({ memoryUsed, memory }) =>
    memoryUsed === undefined || memory === undefined
      ? texts.unknown
      : texts.memoryOf(`${Math.round(memoryUsed * 100)}%`, bytesText(memory)),
  roundTrip: ({ nearestMs }) => (nearestMs === undefined ? texts.unknown : `${nearestMs} ms`),
};

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** With two digits that count: "15 GiB", "1.5 TiB". */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} ${units[power] ?? "B"}`;
}
