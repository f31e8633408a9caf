import { useDeferredValue, useMemo, useState } from "react";
import { kinds } from "../../api/index.ts";
import { Link, setQuery, useQuery } from "../app/router.tsx";
import { useKindState } from "../live/use-world.ts";
import { MachinePanel } from "../machine/machine-panel.tsx";
import { mapTexts as texts } from "../texts/map.ts";
import { ErrorNote } from "../ui/error-note.tsx";
import { type Colouring, colourings } from "./colouring.ts";
import { type MachineFilter, matches } from "./filter.ts";
import { Legend } from "./legend.tsx";
import { MachineMap } from "./machine-map.tsx";
import type { MachineStore } from "./machine-store.ts";
import { MachineTable } from "./machine-table.tsx";
import { SummaryStrip } from "./summary-strip.tsx";
import { Toolbar } from "./toolbar.tsx";
import { useMachineStore, useMachineVersion, usePalette } from "./use-machines.ts";

/** All machines, where they are and how they are; the one that is chosen beside them. */
export default function Page() {
  const store = useMachineStore();
  const machine = useQuery("machine");
  return (
    <div className={machine === undefined ? "map-page" : "map-page map-page-split"}>
      <div className="map-main">
        <h1 className="sr-only">{texts.title}</h1>
        <Machines store={store} selected={machine} />
      </div>
      {machine !== undefined && <MachinePanel key={machine} name={machine} />}
    </div>
  );
}

const select = (machine: string): void => setQuery({ machine });

function Machines({ store, selected }: { readonly store: MachineStore; readonly selected: string | undefined }) {
  const { isSynced, problem } = useKindState(kinds.Resource);
  const isEmpty = useIsEmpty(store);
  if (problem !== undefined) return <ErrorNote error={problem} />;
  if (isEmpty) return isSynced ? <Empty /> : <div className="loading" />;
  return <Filled store={store} selected={selected} />;
}

function Filled({ store, selected }: { readonly store: MachineStore; readonly selected: string | undefined }) {
  const look = useQuery("view") === "table" ? "table" : "map";
  const by = useQuery("by");
  const colouring: Colouring = colourings.find((one) => one === by) ?? "state";
  const pool = useQuery("pool");
  const [search, setSearch] = useState("");
  const text = useDeferredValue(search);
  const [categories, setCategories] = useState<ReadonlySet<string>>(new Set());
  const [hasEdges, setEdges] = useState(false);
  const filter = useMemo((): MachineFilter => ({ text, pool, categories }), [text, pool, categories]);
  const palette = usePalette(store, colouring, selected);
  const isWanted = useMemo(() => matches(filter, palette), [filter, palette]);
  const { shown, first, hasTree, hasCards } = useFound(store, isWanted);
  const toggle = (category: string): void => {
    const next = new Set(categories);
    if (!next.delete(category)) next.add(category);
    setCategories(next);
  };
  const colour = (next: Colouring): void => {
    setCategories(new Set());
    setQuery({ by: next === "state" ? undefined : next });
  };
  const legend = { store, colouring, filter, selected, onToggle: toggle, onClear: () => setCategories(new Set()) };
  return (
    <>
      <SummaryStrip store={store} pool={pool} onPool={(next) => setQuery({ pool: next })} />
      <Toolbar
        {...{ look, colouring, search, onColouring: colour, onSearch: setSearch, onEdges: setEdges }}
        onLook={(next) => setQuery({ view: next === "map" ? undefined : next })}
        onFind={() => first !== undefined && select(first)}
        hasEdges={hasTree ? hasEdges : undefined}
        note={texts.shown(shown, store.machines.size)}
      />
      <div className={hasCards ? "map-stage map-stage-grid" : "map-stage"}>
        {look === "table" ? (
          <MachineTable store={store} isWanted={isWanted} selected={selected} onSelect={select} />
        ) : (
          <MachineMap {...{ store, colouring, filter, selected, hasEdges: hasEdges && hasTree }} onSelect={select} />
        )}
        {look === "map" && <Legend {...legend} />}
      </div>
    </>
  );
}

function Empty() {
  return (
    <div className="empty map-empty">
      <h2>{texts.empty}</h2>
      <p>{texts.emptyText}</p>
      <Link to="/setup" className="button button-primary">
        {texts.emptyLink}
      </Link>
    </div>
  );
}

function useIsEmpty(store: MachineStore): boolean {
  useMachineVersion(store);
  return store.machines.size === 0;
}

/** How many are asked for, the first of them; and of all, whether any is reached through another one, or stands in a card. */
function useFound(store: MachineStore, isWanted: Parameters<typeof MachineTable>[0]["isWanted"]) {
  const version = useMachineVersion(store);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the machines
  return useMemo(() => {
    let [shown, hasTree, hasCards] = [0, false, false];
    let first: string | undefined;
    let order = "";
    for (const machine of store.machines.values()) {
      hasTree ||= machine.parent !== undefined;
      hasCards ||= machine.location === undefined;
      if (!isWanted(machine)) continue;
      shown++;
      if (first === undefined || machine.order < order) [first, order] = [machine.name, machine.order];
    }
    return { shown, first, hasTree, hasCards };
  }, [store, version, isWanted]);
}
