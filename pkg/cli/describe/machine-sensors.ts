import type { Resource } from "../../api/index.ts";
import { ageText } from "../printers/age.ts";
import type { Section } from "./section.ts";

/** What a machine's sensors say that people ask for first, and how old it is. */
export function sensorSections({ status }: Resource, now: number): readonly Section[] {
  const { coordinates, roundTrips = [], measuredAt } = status ?? {};
  const nearest = roundTrips.slice(0, 4).map(({ resource, ms }) => `${resource} ${ms} ms`);
  const since = (at: string | undefined): string => (at === undefined ? "" : `, as for ${ageText(at, now)}`);
  // What is measured is told when it changes: of a machine that is lost it is what was, long or short ago.
  const isNow = status?.lostAt === undefined ? "" : " (when it was heard of last)";
  const load = loadText(status?.attributes ?? {});
  return [
    { title: "Load", value: load === "" ? "" : `${load}${since(measuredAt)}${isNow}` },
    {
      title: "Network",
      value: coordinates?.summary === undefined ? "" : `${coordinates.summary}${since(coordinates.at)}${isNow}`,
    },
    { title: "Round trips", value: nearest.join(", ") },
  ];
}

function loadText(attributes: Readonly<Record<string, string | number>>): string {
  const loads = ["load.1m", "load.5m", "load.15m"].flatMap((name) => attributes[name] ?? []);
  const cores = attributes["cpu.cores"];
  return loads.length === 0 ? "" : `${loads.join(", ")}${cores === undefined ? "" : ` on ${cores} cores`}`;
}
