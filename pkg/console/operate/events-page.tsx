import { memo, useMemo, useState } from "react";
import { type Event, kinds } from "../../api/index.ts";
import { bestPage } from "../actions/links.ts";
import { Link, setQuery, useQuery } from "../app/router.tsx";
import { useNamespace } from "../live/namespace.ts";
import type { RowRules } from "../live/sorted-rows.ts";
import { useRows } from "../live/use-rows.ts";
import { useKindState, useSelected } from "../live/use-world.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Age } from "../ui/age.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { Icon } from "../ui/icon.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { State } from "../ui/state.tsx";
import { type TableColumn, TableRow, WindowedTable } from "../ui/windowed-table.tsx";
import { eventFilter, kindOfEvent, lastSeen, timesSeen } from "./event-facts.ts";

const sizeOf = (objects: { readonly size: number }): number => objects.size;

const columns: readonly TableColumn[] = [
  { id: "seen", title: texts.lastSeen, width: "84px" },
  { id: "type", title: texts.type, width: "108px" },
  { id: "reason", title: texts.reason, width: "17%" },
  { id: "object", title: texts.object, width: "24%" },
  { id: "message", title: texts.message },
];

/** Everything that is told, the latest first. */
export default function Page() {
  const text = useQuery("text") ?? "";
  const type = useQuery("type");
  const namespace = useNamespace();
  const [isPaused, pause] = useState(false);
  const rules = useMemo(
    (): RowRules<Event> => ({ passes: eventFilter({ namespace, type, text }), rankOf: lastSeen, isDescending: true }),
    [namespace, type, text],
  );
  const rows = useRows<Event>(kinds.Event, rules, isPaused);
  const all = useSelected(kinds.Event, sizeOf);
  const { isSynced, problem } = useKindState(kinds.Event);
  return (
    <div className="operate-list">
      <header className="operate-bar">
        <h1>{texts.eventsTitle}</h1>
        <span className="quiet">{texts.count(rows.length, all)}</span>
        <span className="spacer" />
        <SearchField
          label={texts.eventFilter}
          value={text}
          onChange={(value) => setQuery({ text: value || undefined })}
        />
        <select
          className="input"
          aria-label={texts.type}
          value={type ?? ""}
          onChange={(event) => setQuery({ type: event.target.value || undefined })}
        >
          <option value="">{texts.allTypes}</option>
          <option>Normal</option>
          <option>Warning</option>
        </select>
        <Button aria-pressed={isPaused} onClick={() => pause(!isPaused)}>
          <Icon name={isPaused ? "play" : "pause"} />
          {isPaused ? texts.goOn : texts.pause}
        </Button>
      </header>
      {isPaused && <p className="note">{texts.paused}</p>}
      {problem !== undefined && <ErrorNote error={problem} />}
      <WindowedTable
        label={texts.eventsTitle}
        columns={columns}
        count={rows.length}
        empty={!isSynced && problem === undefined ? texts.loading : all === 0 ? texts.none : texts.noneSuch}
        row={(index) => {
          const row = rows[index];
          return row && <EventRow key={row.key} index={index} event={row.object} />;
        }}
      />
    </div>
  );
}

const EventRow = memo(function EventRow({ index, event }: { readonly index: number; readonly event: Event }) {
  const { reason, message, type } = event;
  const times = timesSeen(event);
  return (
    <TableRow index={index}>
      <td>
        <Age since={lastSeen(event)} />
      </td>
      <td>
        <State state={type} tone={type === "Warning" ? "warn" : "idle"} />
      </td>
      <td title={reason}>
        {reason} {times > 1 && <span className="count">{texts.times(times)}</span>}
      </td>
      <td>
        <AboutLink event={event} />
      </td>
      <td title={message}>{message}</td>
    </TableRow>
  );
});

/** What an event is about. */
function AboutLink({ event }: { readonly event: Event }) {
  const { kind: kindName = "", name = "", namespace = "" } = event.involvedObject;
  const kind = kindOfEvent(event);
  const text = `${kindName.toLowerCase()}/${name}`;
  if (kind === undefined) return text;
  return (
    <Link title={text} to={bestPage(kind, { namespace: kind.namespaced ? namespace : "", name })}>
      {text}
    </Link>
  );
}
