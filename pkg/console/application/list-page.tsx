import { useCallback, useDeferredValue, useMemo, useState } from "react";
import { type Application, kinds } from "../../api/index.ts";
import { Link, pathOf, useQuery } from "../app/router.tsx";
import { useNamespace } from "../live/namespace.ts";
import { useKindState, useObjects } from "../live/use-world.ts";
import { applicationTexts } from "../texts/application.ts";
import { Age } from "../ui/age.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { State } from "../ui/state.tsx";
import { Cell, Windowed } from "../ui/windowed.tsx";
import { type ApplicationRow, isShown, rowOf } from "./application-rows.ts";
import { MembersBar } from "./members-bar.tsx";
import { Sparkline } from "./sparkline.tsx";

const texts = applicationTexts.list;
const rowHeight = 44;

/** All applications. */
export default function ListPage() {
  const { isSynced, problem } = useKindState(kinds.Application);
  const rows = useRows(useObjects(kinds.Application));
  const namespace = useNamespace() ?? "";
  const [search, setSearch] = useState(useQuery("search") ?? "");
  const wanted = useDeferredValue(search);
  const shown = useMemo(
    () => rows.filter((row) => isShown(row, { namespace, search: wanted })),
    [rows, namespace, wanted],
  );
  const row = useCallback((index: number) => <Row row={shown[index]} />, [shown]);
  return (
    <div className="application-page">
      <header className="application-list-head">
        <h1>{texts.title}</h1>
        {rows.length > 0 && <span className="quiet">{texts.count(shown.length, rows.length)}</span>}
        <span className="spacer" />
        <input
          className="input"
          type="search"
          placeholder={texts.search}
          aria-label={texts.search}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </header>
      {problem !== undefined && <ErrorNote error={problem} />}
      {isSynced && rows.length === 0 && <Nothing />}
      {rows.length > 0 && shown.length === 0 && <p className="empty">{texts.noMatch}</p>}
      {shown.length > 0 && (
        <Windowed
          className="application-list card"
          label={texts.title}
          count={shown.length}
          rowHeight={rowHeight}
          header={<Head />}
          row={row}
        />
      )}
    </div>
  );
}

/** A row is made anew where its application changed. */
function useRows(applications: readonly Application[]): readonly ApplicationRow[] {
  const [made] = useState(() => new WeakMap<Application, ApplicationRow>());
  return useMemo(
    () =>
      applications.map((application) => {
        const row = made.get(application) ?? rowOf(application);
        made.set(application, row);
        return row;
      }),
    [applications, made],
  );
}

function Nothing() {
  return (
    <div className="empty">
      <p>{texts.none}</p>
      <p>{texts.noneHint}</p>
      <p className="application-empty-links">
        <Link to="/build" className="button button-primary">
          {texts.build}
        </Link>
        <Link to="/setup" className="button">
          {texts.setup}
        </Link>
      </p>
    </div>
  );
}

function Head() {
  const { columns } = texts;
  return (
    <div className="application-row application-columns">
      {Object.entries(columns).map(([name, text]) => (
        <Cell key={name} isHeader className={`application-cell-${name}`}>
          {text}
        </Cell>
      ))}
    </div>
  );
}

function Row({ row }: { readonly row: ApplicationRow | undefined }) {
  if (row === undefined) return null;
  const { namespace, name, state, ready, wanted, phase, words, created, isStalled } = row;
  return (
    <div className="application-row">
      <Cell className="application-cell-name">
        <Link to={pathOf("applications", namespace, name)} className="application-row-link">
          {name}
        </Link>{" "}
        <span className="quiet">{namespace}</span>
      </Cell>
      <Cell className="application-cell-state">
        <State state={state} {...(isStalled && { tone: "bad" as const })} />
      </Cell>
      <Cell className="application-cell-members">
        <MembersBar ready={ready} wanted={wanted} />
      </Cell>
      <Cell className="application-cell-phase">{phase || applicationTexts.none}</Cell>
      <Cell className="application-cell-trend">
        <Sparkline of={`${namespace}/${name}`} ready={ready} wanted={wanted} />
      </Cell>
      <Cell className="application-cell-words quiet" title={words}>
        {words}
      </Cell>
      <Cell className="application-cell-age">
        <Age since={created} />
      </Cell>
    </div>
  );
}
