import { type Event, type EventSink, matchesLabels } from "../api/index.ts";

/** Whether a sink is meant to be told of an Event. */
export function isMeant({ spec }: EventSink, { type, reason, involvedObject, metadata }: Event): boolean {
  const { types, reasons, kinds, selector } = spec;
  if (types !== undefined && !types.some((one) => one === (type ?? "Normal"))) return false;
  if (reasons !== undefined && !reasons.includes(reason ?? "")) return false;
  if (kinds !== undefined && !kinds.includes(involvedObject.kind ?? "")) return false;
  return selector === undefined || matchesLabels(selector, metadata.labels);
}
