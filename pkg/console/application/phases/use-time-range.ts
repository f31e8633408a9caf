import { type PointerEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

export interface TimeRange {
  readonly from: number;
  readonly to: number;
  /** Of what shows it, in pixels. */
  readonly width: number;
  /** Whether it is all there is. */
  readonly isFit: boolean;
  showAll(): void;
  /** Around the middle; below 1: closer. */
  zoom(factor: number): void;
  /** Dragging moves it. */
  grab(event: PointerEvent<Element>): void;
  /** True: the key was for it. */
  key(name: string): boolean;
}

/** Room beside the first and the last mark. */
const margin = 0.02;
const leastMs = 10;

/** The part of a time that is shown: all of it, however it grows, until somebody goes closer. */
export function useTimeRange(first: number, last: number, box: RefObject<HTMLDivElement | null>): TimeRange {
  const [width, setWidth] = useState(600);
  const [chosen, setChosen] = useState<{ readonly from: number; readonly to: number }>();
  const space = (last - first) * margin;
  const whole = { from: first - space, to: last + space };
  const { from, to } = chosen ?? whole;
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = (): void => setWidth(Math.max(200, element.clientWidth));
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  const around = (factor: number, middle: number): void => {
    const size = Math.max(leastMs, (to - from) * factor);
    const share = (middle - from) / (to - from);
    const start = middle - share * size;
    setChosen(size >= whole.to - whole.from ? undefined : { from: start, to: start + size });
  };
  const latest = useRef(around);
  latest.current = around;
  const shown = useRef({ from, to });
  shown.current = { from, to };
  useEffect(() => {
    const element = box.current;
    const turn = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, width: wide } = (event.currentTarget as Element).getBoundingClientRect();
      const { from: start, to: end } = shown.current;
      latest.current(Math.exp(event.deltaY / 300), start + ((event.clientX - left) / wide) * (end - start));
    };
    // React listens to the wheel without the right to keep the page from being enlarged.
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [box]);
  const grab = (event: PointerEvent<Element>): void => {
    if (chosen === undefined || event.button !== 0) return;
    const start = event.clientX;
    const element = event.currentTarget;
    element.setPointerCapture(event.pointerId);
    const move = (moved: Event): void => {
      const by = ((start - (moved as globalThis.PointerEvent).clientX) / width) * (to - from);
      setChosen({ from: from + by, to: to + by });
    };
    element.addEventListener("pointermove", move);
    element.addEventListener("lostpointercapture", () => element.removeEventListener("pointermove", move), {
      once: true,
    });
  };
  const zoom = (factor: number): void => around(factor, (from + to) / 2);
  const showAll = (): void => setChosen(undefined);
  const key = (name: string): boolean => {
    if (name === "+" || name === "=") zoom(0.5);
    else if (name === "-") zoom(2);
    else if (name === "0") showAll();
    else return false;
    return true;
  };
  return { from, to, width, isFit: chosen === undefined, showAll, zoom, grab, key };
}
