import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from "react";
import { mapTexts as texts } from "../texts/map.ts";
import { useVisibleRows } from "../ui/use-visible-rows.ts";
import type { Machine } from "./machine.ts";
import { type ColumnKey, columns, type Order, sorted } from "./machine-columns.tsx";
import type { MachineStore } from "./machine-store.ts";
import { useMachineVersion } from "./use-machines.ts";

const rowHeight = 34;

export interface MachineTableProps {
  readonly store: MachineStore;
  readonly isWanted: (machine: Machine) => boolean;
  readonly selected: string | undefined;
  readonly onSelect: (name: string) => void;
}

/** The machines of the map, as a table: sorted by any column, one row with the focus that arrows move. */
export function MachineTable({ store, isWanted, selected, onSelect }: MachineTableProps) {
  const version = useMachineVersion(store);
  const [order, setOrder] = useState<Order>({ column: "name", isDescending: false });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the machines
  const machines = useMemo(
    () => sorted([...store.machines.values()].filter(isWanted), order),
    [store, version, isWanted, order],
  );
  const { scroller, first, end } = useVisibleRows(machines.length, rowHeight, rowHeight);
  const [focused, setFocused] = useState(0);
  const row = Math.min(focused, Math.max(0, machines.length - 1));
  // A row that is far away is drawn only after the table has scrolled to it.
  const awaited = useRef<number>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked for whenever other rows are drawn
  useEffect(() => {
    const element = scroller.current?.querySelector<HTMLElement>(`[data-row="${awaited.current}"]`);
    if (element === null || element === undefined) return;
    awaited.current = undefined;
    element.focus({ preventScroll: true });
  }, [focused, first, end, scroller]);
  const goTo = (next: number): void => {
    const to = Math.min(machines.length - 1, Math.max(0, next));
    const element = scroller.current;
    if (element === null || to < 0) return;
    const [top, bottom] = [to * rowHeight, (to + 2) * rowHeight];
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
    awaited.current = to;
    setFocused(to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2;
    const steps: Readonly<Record<string, number>> = {
      ...{ ArrowDown: row + 1, ArrowUp: row - 1, PageDown: row + page, PageUp: row - page },
      ...{ Home: 0, End: machines.length - 1 },
    };
    const next = steps[event.key];
    if (event.key === "Enter" && machines[row] !== undefined) onSelect(machines[row].name);
    else if (next !== undefined) goTo(next);
    else return;
    event.preventDefault();
  };
  if (machines.length === 0) return <p className="empty">{texts.noneMatch}</p>;
  return (
    <div className="map-table" ref={scroller}>
      <table className="table" aria-rowcount={machines.length + 1} aria-label={texts.title}>
        <Headings order={order} onOrder={setOrder} />
        <tbody onKeyDown={onKeyDown}>
          <Gap rows={first} />
          {machines.slice(first, end).map((machine, index) => (
            <Row
              key={machine.name}
              machine={machine}
              row={first + index}
              isFocusable={first + index === row}
              isSelected={machine.name === selected}
              onSelect={onSelect}
            />
          ))}
          <Gap rows={machines.length - end} />
        </tbody>
      </table>
    </div>
  );
}

function Gap({ rows }: { readonly rows: number }) {
  return rows <= 0 ? null : (
    <tr className="map-table-gap">
      <td colSpan={columns.length} style={{ height: rows * rowHeight }} />
    </tr>
  );
}

function Headings({ order, onOrder }: { readonly order: Order; readonly onOrder: (order: Order) => void }) {
  const sort = (column: ColumnKey): void =>
    onOrder({ column, isDescending: order.column === column && !order.isDescending });
  return (
    <thead>
      <tr aria-rowindex={1}>
        {columns.map(({ key, isNumber }) => {
          const direction = order.isDescending ? "descending" : "ascending";
          return (
            <th
              key={key}
              scope="col"
              className={`map-column-${key} ${isNumber === true ? "map-number" : ""}`}
              aria-sort={order.column === key ? direction : undefined}
            >
              <button
                type="button"
                className="map-sort"
                title={texts.sortBy(texts.columns[key])}
                onClick={() => sort(key)}
              >
                {texts.columns[key]}
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

interface RowProps {
  readonly machine: Machine;
  readonly row: number;
  readonly isFocusable: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (name: string) => void;
}

const Row = memo(function Row({ machine, row, isFocusable, isSelected, onSelect }: RowProps) {
  return (
    <tr
      data-row={row}
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      tabIndex={isFocusable ? 0 : -1}
      onClick={() => onSelect(machine.name)}
    >
      {columns.map(({ key, isNumber, show }) => (
        <td key={key} className={`map-column-${key} ${isNumber === true ? "map-number" : ""}`}>
          {show(machine)}
        </td>
      ))}
    </tr>
  );
});
