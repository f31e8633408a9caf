import { type RefObject, useEffect, useRef, useState } from "react";

export interface VisibleRows {
  /** Of the element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** The first row that is drawn, and the one after the last. */
  readonly first: number;
  readonly end: number;
}

/** So many rows are drawn that are not seen yet, at each side. */
const spare = 8;

/** Which of many rows of one height have to be drawn. `above`: what stands before the first of them, as a heading. */
export function useVisibleRows(count: number, rowHeight: number, above = 0): VisibleRows {
  const scroller = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState({ first: 0, end: 60 });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const look = (): void => {
      const top = Math.max(0, element.scrollTop - above);
      const first = Math.max(0, Math.floor(top / rowHeight) - spare);
      const end = Math.ceil((top + element.clientHeight) / rowHeight) + spare;
      setShown((before) => (before.first === first && before.end === end ? before : { first, end }));
    };
    const watching = new ResizeObserver(look);
    watching.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    look();
    return () => {
      watching.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [rowHeight, above]);
  const first = Math.min(shown.first, Math.max(0, count - 1));
  return { scroller, first, end: Math.min(shown.end, count) };
}
