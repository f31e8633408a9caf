import { useGroup } from "../live/use-world.ts";
import { machineTexts as texts } from "../texts/machine.ts";
import { Age } from "../ui/age.tsx";
import { Shape } from "../ui/state.tsx";
import { eventsByMachine, newestFirst, timeOf } from "./events-of.ts";

/** What happened to a machine lately. */
export function EventsTab({ machine }: { readonly machine: string }) {
  const events = newestFirst(useGroup(eventsByMachine, machine));
  if (events.length === 0) return <p className="empty">{texts.noEvents}</p>;
  return (
    <ol className="machine-events">
      {events.map((event) => (
        <li key={`${event.metadata.namespace}/${event.metadata.name}`}>
          <Shape tone={event.type === "Warning" ? "warn" : "good"} />
          <div>
            <strong>{event.reason}</strong>{" "}
            <span className="quiet">
              <Age since={timeOf(event)} isAgo />
              {(event.count ?? 1) > 1 && ` · ${texts.count(event.count ?? 1)}`}
            </span>
            <p>{event.message}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}
