import { type Event, kinds } from "../../api/index.ts";
import type { Grouping } from "../live/groups.ts";

/** More than this nobody reads. */
const most = 200;

/** Events by the machine that they are about. */
export const eventsByMachine: Grouping<Event> = {
  kind: kinds.Event,
  groupOf: ({ involvedObject: { kind, name } }) => (kind === "Resource" ? name : undefined),
};

export function newestFirst(events: readonly Event[]): readonly Event[] {
  return [...events].sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1)).slice(0, most);
}

export function timeOf({ lastTimestamp, eventTime, firstTimestamp, metadata }: Event): string {
  return lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? "";
}
