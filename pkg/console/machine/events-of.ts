import type { Event } from "../../api/index.ts";
import type { Objects } from "../live/world.ts";

/** More than this nobody reads. */
const most = 200;

/** What happened to a machine, the newest first. */
export function eventsAbout(machine: string): (events: Objects<Event>) => readonly Event[] {
  return (events) =>
    [...events.values()]
      .filter(({ involvedObject: { kind, name } }) => kind === "Resource" && name === machine)
      .sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1))
      .slice(0, most);
}

export function timeOf({ lastTimestamp, eventTime, firstTimestamp, metadata }: Event): string {
  return lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? "";
}
