import { useCallback } from "react";
import { type Event, type KubeObject, kinds } from "../../api/index.ts";
import { useSelected } from "../live/use-world.ts";
import type { Objects } from "../live/world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Age } from "../ui/age.tsx";
import { State } from "../ui/state.tsx";
import { lastSeen, timesSeen } from "./event-facts.ts";

/** What has been told about one object, the latest first. */
export function ObjectEvents({ object }: { readonly object: KubeObject }) {
  const { uid } = object.metadata;
  const events = useSelected(
    kinds.Event,
    useCallback(
      (all: Objects<Event>) =>
        [...all.values()]
          .filter(({ involvedObject }) => involvedObject.uid === uid)
          .sort((a, b) => (lastSeen(a) < lastSeen(b) ? 1 : -1)),
      [uid],
    ),
  );
  if (events.length === 0) return <p className="empty">{texts.noEvents}</p>;
  return (
    <ul className="event-list card">
      {events.map((event) => (
        <li key={event.metadata.uid}>
          <State state={event.reason} tone={event.type === "Warning" ? "warn" : "idle"} />
          <span>
            {event.message} {timesSeen(event) > 1 && <span className="count">{texts.times(timesSeen(event))}</span>}
          </span>
          <span className="quiet">
            <Age since={lastSeen(event)} isAgo />
          </span>
        </li>
      ))}
    </ul>
  );
}
