import { useMemo, useState } from "react";
import type { KindInfo, KubeObject } from "../../api/index.ts";
import { openApply } from "../actions/apply-form.tsx";
import type { PageProps } from "../app/page-props.ts";
import { setQuery, useQuery } from "../app/router.tsx";
import { useNamespace } from "../live/namespace.ts";
import type { Row, RowRules } from "../live/sorted-rows.ts";
import { useRows } from "../live/use-rows.ts";
import { useKindState, useSelected, useWorld } from "../live/use-world.ts";
import { actionTexts } from "../texts/actions.ts";
import { operateTexts as texts } from "../texts/operate.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/error-note.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { type TableColumn, type TableOrder, WindowedTable } from "../ui/windowed-table.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { type ShownColumn, shownColumns } from "./cell-value.ts";
import { KindPicker } from "./kind-picker.tsx";
import { objectFilter } from "./object-filter.ts";
import { ObjectRow } from "./object-row.tsx";
import { kindOfPlural } from "./shown-kinds.ts";

export default function Page({ plural = "" }: PageProps) {
  const kind = kindOfPlural(plural);
  if (kind === undefined) return <p className="empty">{texts.noSuchKind(plural)}</p>;
  return (
    <div className="operate-split">
      <KindPicker current={kind} />
      <ObjectTable key={plural} kind={kind} />
    </div>
  );
}

const takesAll = () => true;
const sizeOf = (objects: { readonly size: number }): number => objects.size;
const noneChosen: ReadonlyMap<string, KubeObject> = new Map();

function ObjectTable({ kind }: { readonly kind: KindInfo }) {
  const world = useWorld();
  const text = useQuery("text") ?? "";
  const selector = useQuery("selector") ?? "";
  const namespace = useNamespace();
  const order = useOrder();
  const isWide = useQuery("wide") !== undefined;
  const columns = useMemo(
    () => shownColumns(kind, () => world.now()).filter(({ isMinor }) => isWide || !isMinor),
    [kind, world, isWide],
  );
  const passes = useMemo(() => objectFilter({ namespace, selector, text }), [namespace, selector, text]);
  const rules = useMemo(() => rulesOf(columns, order, passes ?? takesAll), [columns, order, passes]);
  const rows = useRows(kind, rules);
  const all = useSelected(kind, sizeOf);
  const { isSynced, problem } = useKindState(kind);
  const [chosen, choose] = useState(noneChosen);
  const showsNamespace = kind.namespaced && namespace === undefined;
  const turn = ({ key, object }: Row<KubeObject>): void =>
    choose((now) => {
      const next = new Map(now);
      if (!next.delete(key)) next.set(key, object);
      return next;
    });
  const isAllChosen = rows.length > 0 && rows.every(({ key }) => chosen.has(key));
  const chooseAll = (): void =>
    choose(isAllChosen ? noneChosen : new Map(rows.map(({ key, object }) => [key, object])));
  return (
    <div className="operate-list">
      <header className="operate-bar">
        <h1>{kind.kind}</h1>
        <span className="quiet">{texts.count(rows.length, all)}</span>
        <span className="spacer" />
        <SearchField label={texts.filter} value={text} onChange={(value) => setQuery({ text: value || undefined })} />
        <input
          className="input operate-selector"
          aria-label={texts.selector}
          aria-invalid={passes === undefined}
          title={passes === undefined ? texts.badSelector : undefined}
          placeholder={texts.selectorExample}
          value={selector}
          onChange={(event) => setQuery({ selector: event.target.value || undefined })}
          spellCheck={false}
        />
        {!world.isPast && <Button onClick={openApply}>{actionTexts.apply}</Button>}
        <Button aria-pressed={isWide} onClick={() => setQuery({ wide: isWide ? undefined : "1" })}>
          {texts.wide}
        </Button>
      </header>
      {problem !== undefined && <ErrorNote error={problem} />}
      <BulkBar kind={kind} chosen={chosen} onClear={() => choose(noneChosen)} />
      <WindowedTable
        label={kind.plural}
        columns={tableColumns(columns, { showsNamespace, isAllChosen, chooseAll })}
        count={rows.length}
        order={order}
        onOrder={({ id, isDescending }) => setQuery({ sort: isDescending ? `-${id}` : id })}
        empty={!isSynced && problem === undefined ? texts.loading : all === 0 ? texts.none : texts.noneSuch}
        row={(index) => {
          const row = rows[index];
          if (row === undefined) return null;
          const look = { kind, columns, showsNamespace, isChosen: chosen.has(row.key), onTurn: turn };
          return <ObjectRow key={row.key} index={index} row={row} {...look} />;
        }}
      />
    </div>
  );
}

function useOrder(): TableOrder {
  const sort = useQuery("sort") ?? "name";
  return useMemo(() => ({ id: sort.replace(/^-/, ""), isDescending: sort.startsWith("-") }), [sort]);
}

function rulesOf(
  columns: readonly ShownColumn[],
  { id, isDescending }: TableOrder,
  passes: (object: KubeObject) => boolean,
): RowRules<KubeObject> {
  const column = columns.find(({ name }) => name === id);
  const rankOf = ({ metadata }: KubeObject): string =>
    id === "age"
      ? (metadata.creationTimestamp ?? "")
      : id === "namespace"
        ? (metadata.namespace ?? "")
        : (metadata.name ?? "");
  return {
    passes,
    rankOf: column === undefined ? rankOf : (object) => column.read(object).rank,
    // The youngest has the latest time.
    isDescending: id === "age" ? !isDescending : isDescending,
  };
}

function tableColumns(
  columns: readonly ShownColumn[],
  look: { readonly showsNamespace: boolean; readonly isAllChosen: boolean; readonly chooseAll: () => void },
): readonly TableColumn[] {
  const box = (
    <input type="checkbox" aria-label={texts.chooseAll} checked={look.isAllChosen} onChange={look.chooseAll} />
  );
  return [
    { id: "choose", title: box, width: "36px" },
    { id: "name", title: texts.name, width: "28%", canSort: true },
    ...(look.showsNamespace ? [{ id: "namespace", title: texts.namespace, canSort: true, isMinor: true }] : []),
    ...columns.map(({ name, isMinor, description }) => ({
      ...{ id: name, isMinor, canSort: true },
      title: <span title={description}>{name}</span>,
    })),
    { id: "age", title: texts.age, width: "72px", canSort: true },
    { id: "actions", title: <span className="sr-only">{texts.actions}</span>, width: "48px" },
  ];
}
