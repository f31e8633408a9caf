import type { Event } from "../api/index.ts";
import { age } from "./age.ts";
import type { Cell, ShownObject } from "./cell.ts";

/** Columns of Events: of the two ways in which clients tell repetitions, whichever one used. */
export const eventCells: Readonly<Record<string, Cell>> = {
  "Last Seen": (object, now) => {
    const { series, lastTimestamp, eventTime, firstTimestamp } = asEvent(object);
    return age(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? "", now);
  },
  Object: (object) => {
    const { kind = "", name = "" } = asEvent(object).involvedObject;
    return `${kind.toLowerCase()}/${name}`;
  },
  Source: (object) => {
    const { source, reportingComponent = "" } = asEvent(object);
    return source?.component ?? reportingComponent;
  },
  Count: (object) => {
    const { series, count } = asEvent(object);
    return String(series?.count ?? count ?? 1);
  },
};

/** What was stored was decoded when it was written. */
function asEvent(object: ShownObject): Event {
  return object as unknown as Event;
}
