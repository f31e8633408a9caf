import type { Event } from "../api/index.ts";

/** A CloudEvent 1.0, as its JSON format has it. */
export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time?: string;
  readonly datacontenttype: "application/json";
  readonly data: CloudEventData;
}

export interface CloudEventData {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly object: {
    readonly apiVersion?: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly uid?: string;
  };
  readonly labels: Readonly<Record<string, string>>;
  /** How often it has happened. */
  readonly count: number;
  readonly firstAt?: string;
  readonly lastAt?: string;
  /** Events about the object for the same reason that were not sent since the last one that was. */
  readonly leftOut: number;
}

/**
 * What is sent of an Event. Its id is the same whenever the same happening is told again, so that a receiver can leave out
 * what it has; `source` and `id` together are unique.
 */
export function cloudEventOf(event: Event, clusterUid: string, leftOut: number): CloudEvent {
  const { metadata, involvedObject, reason = "", message = "", type = "Normal", count = 1 } = event;
  const { apiVersion, kind = "", namespace, name = "", uid } = involvedObject;
  const time = event.lastTimestamp ?? event.eventTime ?? metadata.creationTimestamp;
  return {
    specversion: "1.0",
    id: `${metadata.uid ?? ""}-${count}`,
    source: `urn:uuid:${clusterUid}`,
    type: `dev.plush.${kind}.${reason}`,
    subject: [kind, namespace, name].filter((part) => part !== undefined && part !== "").join("/"),
    ...(time !== undefined && { time }),
    datacontenttype: "application/json",
    data: {
      type,
      reason,
      message,
      object: {
        ...(apiVersion !== undefined && { apiVersion }),
        kind,
        ...(namespace !== undefined && { namespace }),
        name,
        ...(uid !== undefined && { uid }),
      },
      labels: metadata.labels ?? {},
      count,
      ...(event.firstTimestamp !== undefined && { firstAt: event.firstTimestamp }),
      ...(event.lastTimestamp !== undefined && { lastAt: event.lastTimestamp }),
      leftOut,
    },
  };
}

/** One line for a chat: what happened to which object. */
export function chatText({ subject, data }: CloudEvent): string {
  const mark = data.type === "Warning" ? ":warning:" : ":information_source:";
  const more = data.leftOut > 0 ? ` (${data.leftOut} more like it)` : "";
  return `${mark} *${data.reason}* ${escaped(subject)}: ${escaped(data.message)}${more}`;
}

/** What a chat would take for a link or a call of everybody. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
