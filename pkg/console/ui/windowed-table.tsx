import { type ReactNode, type RefObject, useLayoutEffect, useRef, useState } from "react";
import { Icon } from "./icon.tsx";

export interface TableColumn {
  readonly id: string;
  readonly title: ReactNode;
  /** A width as CSS has it; absent: what is left. */
  readonly width?: string;
  /** Left out where the table is narrow. */
  readonly isMinor?: boolean;
  readonly canSort?: boolean;
}

export interface TableOrder {
  readonly id: string;
  readonly isDescending: boolean;
}

export interface WindowedTableProps {
  readonly label: string;
  readonly columns: readonly TableColumn[];
  /** How many rows there are; those that can be seen are drawn. */
  readonly count: number;
  /** A <TableRow> with one <td> for each column. */
  readonly row: (index: number) => ReactNode;
  readonly order?: TableOrder | undefined;
  readonly onOrder?: ((order: TableOrder) => void) | undefined;
  /** In place of rows where there is none. */
  readonly empty: ReactNode;
}

/** Of each row, in pixels: more than what can be seen is not drawn, so all are of one height. */
const rowHeight = 34;
/** Where there is less room than that, one scrolls sideways. */
const minColumnWidth = 96;
const minNameWidth = 360;
/** Drawn above and below what is seen, so that scrolling shows no gaps. */
const spare = 8;

/** A table of any length. It scrolls by itself: its parent says how high it is. */
export function WindowedTable({ label, columns, count, row, order, onOrder, empty }: WindowedTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { first, last } = useWindow(scroller, count);
  const rows: ReactNode[] = [];
  const minWidth = minNameWidth + columns.filter(({ width }) => width === undefined).length * minColumnWidth;
  for (let index = first; index < last; index++) rows.push(row(index));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too
    <section className="windowed" ref={scroller} tabIndex={0} aria-label={label}>
      <table className="table" aria-label={label} aria-rowcount={count + 1} style={{ minWidth }}>
        <colgroup>
          {columns.map(({ id, width, isMinor }) => (
            <col key={id} className={isMinor === true ? "is-minor" : undefined} style={{ width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} order={order} onOrder={onOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap rows={first} columns={columns.length} />
          {rows}
          <Gap rows={count - last} columns={columns.length} />
        </tbody>
      </table>
      {count === 0 && <div className="empty">{empty}</div>}
    </section>
  );
}

/** `index`: its place among all rows. */
export function TableRow({
  index,
  isChosen = false,
  children,
}: {
  readonly index: number;
  readonly isChosen?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <tr aria-rowindex={index + 2} className={isChosen ? "is-chosen" : undefined}>
      {children}
    </tr>
  );
}

function HeadCell({
  column,
  order,
  onOrder,
}: { readonly column: TableColumn } & Pick<WindowedTableProps, "order" | "onOrder">) {
  const { id, title, isMinor, canSort } = column;
  const isOrder = order?.id === id;
  const className = isMinor === true ? "is-minor" : undefined;
  if (canSort !== true)
    return (
      <th scope="col" className={className}>
        {title}
      </th>
    );
  const turn = (): void => onOrder?.({ id, isDescending: isOrder && !order.isDescending });
  return (
    <th
      scope="col"
      className={className}
      aria-sort={isOrder ? (order.isDescending ? "descending" : "ascending") : undefined}
    >
      <button type="button" className="sort" onClick={turn}>
        {title}
        {isOrder && (
          <span className={order.isDescending ? "sort-mark is-descending" : "sort-mark"}>
            <Icon name="chevron" />
          </span>
        )}
      </button>
    </th>
  );
}

function Gap({ rows, columns }: { readonly rows: number; readonly columns: number }) {
  if (rows <= 0) return null;
  return (
    <tr className="gap">
      <td colSpan={columns} style={{ height: rows * rowHeight }} />
    </tr>
  );
}

/** Which rows are drawn; another set only where scrolling has used up half of what is spare. */
function useWindow(scroller: RefObject<HTMLElement | null>, count: number): { first: number; last: number } {
  const [{ top, height }, setView] = useState({ top: 0, height: 800 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = (): void => {
      const step = (rowHeight * spare) / 2;
      const next = { top: Math.floor(element.scrollTop / step) * step, height: element.clientHeight };
      setView((now) => (now.top === next.top && now.height === next.height ? now : next));
    };
    const watcher = new ResizeObserver(look);
    watcher.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      watcher.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [scroller]);
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + spare);
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - spare / 2, last - 1));
  return { first, last };
}
