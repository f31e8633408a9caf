import { conditionsOf, type Event, type KindInfo, type KubeObject, stateOf } from "../../api/index.ts";
import { ageText } from "../printers/age.ts";
import type { Section } from "./section.ts";
import { oneLine, tableLines } from "./table-lines.ts";

/** Who it is: name, labels, owner, age. */
export function headerSections(kind: KindInfo, object: KubeObject, now: number): Section[] {
  const { metadata } = object;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return [
    { title: "Name", value: metadata.name ?? "" },
    { title: "Namespace", value: metadata.namespace ?? "" },
    { title: "Kind", value: `${kind.kind} (${object.apiVersion})` },
    { title: "Labels", value: pairs(metadata.labels) },
    { title: "Annotations", value: pairs(metadata.annotations) },
    { title: "Owned by", value: owner === undefined ? "" : `${owner.kind} ${owner.name}` },
    { title: "Age", value: ageOf(metadata.creationTimestamp, now) },
    { title: "Deleting", value: metadata.deletionTimestamp === undefined ? "" : deleting(object, now) },
    { title: "State", value: stateOf(object) },
  ];
}

function deleting({ metadata }: KubeObject, now: number): string {
  const waits = (metadata.finalizers ?? []).join(", ");
  return `for ${ageText(metadata.deletionTimestamp, now)}${waits === "" ? "" : `, waits for ${waits}`}`;
}

function ageOf(timestamp: string | undefined, now: number): string {
  return timestamp === undefined ? "" : `${ageText(timestamp, now)} (since ${timestamp})`;
}

function pairs(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .map(([name, value]) => `${name}=${oneLine(value, 100)}`)
    .join("\n");
}

export function conditionSection(object: KubeObject, now: number): Section {
  const rows = conditionsOf(object).map(({ type, status, reason, lastTransitionTime, message }) => [
    type,
    status,
    reason,
    lastTransitionTime === "" ? "" : ageText(lastTransitionTime, now),
    oneLine(message),
  ]);
  return { title: "Conditions", lines: tableLines(["TYPE", "STATUS", "REASON", "FOR", "MESSAGE"], rows) };
}

/** No more are shown: the newest say most. */
const maxEvents = 30;

/** Oldest first. `named`: the object is named in each line, where events of several are told together. */
export function eventSection(events: readonly Event[], now: number, named: boolean): Section {
  const sorted = oldestFirst(events);
  const rows = sorted
    .slice(-maxEvents)
    .map((event) => [
      eventAge(event, now),
      event.type ?? "",
      event.reason ?? "",
      ...(named ? [`${(event.involvedObject.kind ?? "").toLowerCase()}/${event.involvedObject.name ?? ""}`] : []),
      oneLine(event.message ?? ""),
    ]);
  const header = ["AGE", "TYPE", "REASON", ...(named ? ["OBJECT"] : []), "MESSAGE"];
  const lines = rows.length === 0 ? ["<none>"] : tableLines(header, rows);
  const left = sorted.length - rows.length;
  return { title: "Events", lines: left > 0 ? [`(${left} older ones left out)`, ...lines] : lines };
}

/** When it happened last; times of either form compare as text. */
function eventTime(event: Event): string {
  return (
    event.series?.lastObservedTime ??
    event.lastTimestamp ??
    event.eventTime ??
    event.firstTimestamp ??
    event.metadata.creationTimestamp ??
    ""
  );
}

/** Events carry whole seconds: within one, the revisions at which they were written tell the order. */
export function oldestFirst(events: readonly Event[]): Event[] {
  const revision = ({ metadata }: Event): number => Number(metadata.resourceVersion ?? 0);
  return [...events].sort((left, right) => {
    const [before, after] = [eventTime(left), eventTime(right)];
    if (before !== after) return before < after ? -1 : 1;
    return revision(left) - revision(right);
  });
}

/** "12s", or "5s (x3 over 2m)". */
export function eventAge(event: Event, now: number): string {
  const last = ageText(eventTime(event), now);
  const count = event.series?.count ?? event.count ?? 1;
  const first = event.firstTimestamp ?? event.eventTime;
  return count > 1 && first !== undefined ? `${last} (x${count} over ${ageText(first, now)})` : last;
}
