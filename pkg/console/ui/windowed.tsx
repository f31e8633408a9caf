import { type HTMLAttributes, type ReactNode, useCallback, useLayoutEffect, useRef, useState } from "react";

export interface WindowedProps {
  readonly count: number;
  readonly rowHeight: number;
  /** A row that is open has so much more below it. */
  readonly open?: { readonly index: number; readonly height: number } | undefined;
  readonly label: string;
  /** Stays on top, as high as a row. */
  readonly header?: ReactNode;
  readonly row: (index: number) => ReactNode;
  readonly className?: string;
}

/** Rows beyond both ends of what is seen. */
const overscan = 6;

/** A table of any number of rows of which only those that can be seen are there. Scrolls by itself. */
export function Windowed({ count, rowHeight, open, label, header, row, className = "" }: WindowedProps) {
  const [scroller, { top, height }, follow] = useScrolled();
  const opened = open !== undefined && open.index < count ? open : undefined;
  const topOf = (index: number): number =>
    index * rowHeight + (opened !== undefined && index > opened.index ? opened.height : 0);
  const indexAt = (y: number): number => {
    if (opened === undefined || y < topOf(opened.index)) return Math.floor(y / rowHeight);
    return Math.max(opened.index, Math.floor((y - opened.height) / rowHeight));
  };
  const first = Math.max(0, Math.min(count, indexAt(top)) - overscan);
  const last = Math.min(count, indexAt(top + height) + 1 + overscan);
  const rows = [];
  for (let index = first; index < last; index++)
    rows.push(
      // biome-ignore lint/a11y/useSemanticElements: a tr cannot be placed
      <div
        key={index}
        role="row"
        tabIndex={-1}
        aria-rowindex={index + (header === undefined ? 1 : 2)}
        className="windowed-row"
        style={{ transform: `translateY(${topOf(index)}px)`, minHeight: rowHeight }}
      >
        {row(index)}
      </div>,
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a table element cannot be placed
    <div
      ref={scroller}
      className={`windowed-rows ${className}`}
      role="table"
      aria-label={label}
      aria-rowcount={count + (header === undefined ? 0 : 1)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
      onScroll={follow}
    >
      {header !== undefined && (
        // biome-ignore lint/a11y/useSemanticElements: as the others
        <div role="row" tabIndex={-1} aria-rowindex={1} className="windowed-header">
          {header}
        </div>
      )}
      <div className="windowed-space" style={{ height: topOf(count) }}>
        {rows}
      </div>
    </div>
  );
}

/** A cell of such a row, or of its header. */
export function Cell({ isHeader = false, ...rest }: { readonly isHeader?: boolean } & HTMLAttributes<HTMLSpanElement>) {
  return <span {...rest} role={isHeader ? "columnheader" : "cell"} />;
}

/** Where an element is scrolled to, and how much of it is seen. */
function useScrolled() {
  const element = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  const look = useCallback((): void => {
    const { scrollTop: top = 0, clientHeight: height = 0 } = element.current ?? {};
    setSeen((before) => (before.top === top && before.height === height ? before : { top, height }));
  }, []);
  useLayoutEffect(() => {
    if (element.current === null) return;
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [look]);
  return [element, seen, look] as const;
}
