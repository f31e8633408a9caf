import { type Event, type KindInfo, kindByName } from "../../api/index.ts";

/** When an event was seen last, whichever way its reporter tells repetitions. */
export function lastSeen({ series, lastTimestamp, eventTime, firstTimestamp, metadata }: Event): string {
  return series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? "";
}

export function timesSeen({ series, count }: Event): number {
  return series?.count ?? count ?? 1;
}

/** The kind that an event is about; undefined where it has no page. */
export function kindOfEvent({ involvedObject }: Event): KindInfo | undefined {
  return kindByName(involvedObject.apiVersion ?? "", involvedObject.kind ?? "");
}

export interface EventFilter {
  /** Undefined: all. */
  readonly namespace: string | undefined;
  readonly type: string | undefined;
  /** Words that all stand in the reason, message or object. */
  readonly text: string;
}

export function eventFilter({ namespace, type, text }: EventFilter): (event: Event) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return (event) => {
    // What happens to machines is told in no namespace of a user.
    const isElsewhere = namespace !== undefined && event.metadata.namespace !== namespace && !isOfCluster(event);
    if (isElsewhere || (type !== undefined && event.type !== type)) return false;
    if (words.length === 0) return true;
    const { kind = "", name = "" } = event.involvedObject;
    const all = `${event.reason ?? ""} ${event.message ?? ""} ${kind}/${name}`.toLowerCase();
    return words.every((word) => all.includes(word));
  };
}

function isOfCluster(event: Event): boolean {
  return kindOfEvent(event)?.namespaced === false;
}
