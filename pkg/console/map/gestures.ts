import type { Point } from "./projection.ts";

export interface GestureTarget {
  pan(byX: number, byY: number): void;
  zoom(factor: number, at: Point): void;
  /** Zooms on the way there rather than at once. */
  zoomSmoothly(factor: number, at: Point): void;
  point(at: Point | undefined): void;
  choose(at: Point): void;
}

/** A pointer that moved less has clicked. */
const clickReach = 5;

/** Mouse, pen and fingers on an element, as moves of a map; ends with the signal. `isFixed`: nothing moves, one only points. */
export function takeGestures(element: HTMLElement, target: GestureTarget, isFixed: boolean, signal: AbortSignal): void {
  const pointers = new Map<number, Point>();
  let travelled = 0;
  const at = (event: MouseEvent): Point => {
    const { left, top } = element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    if (pointers.size === 0) travelled = 0;
    pointers.set(event.pointerId, at(event));
    if (!isFixed) element.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent): void => {
    const now = at(event);
    const before = pointers.get(event.pointerId);
    if (before === undefined) {
      target.point(now);
      return;
    }
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (isFixed) return;
    if (other !== undefined) pinch(target, before, now, other);
    else if (travelled >= clickReach) target.pan(now.x - before.x, now.y - before.y);
  };
  const up = (event: PointerEvent): void => {
    if (pointers.delete(event.pointerId) && travelled < clickReach && event.type === "pointerup")
      target.choose(at(event));
  };
  const options = { signal };
  element.addEventListener("pointerdown", down, options);
  element.addEventListener("pointermove", move, options);
  element.addEventListener("pointerup", up, options);
  element.addEventListener("pointercancel", up, options);
  element.addEventListener("pointerleave", () => target.point(undefined), options);
  if (isFixed) return;
  element.addEventListener("dblclick", (event) => target.zoomSmoothly(event.shiftKey ? 0.4 : 2.5, at(event)), options);
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    // Lines and pages of old mice; fingers on a pad come with `ctrlKey`.
    const unit = [1, 16, 100][event.deltaMode] ?? 1;
    const moved = Math.min(240, Math.max(-240, event.deltaY * unit));
    target.zoom(Math.exp(-moved * (event.ctrlKey ? 0.01 : 0.0022)), at(event));
  };
  element.addEventListener("wheel", wheel, { signal, passive: false });
}

function pinch(target: GestureTarget, before: Point, now: Point, other: Point): void {
  const distance = (point: Point): number => Math.max(10, Math.hypot(point.x - other.x, point.y - other.y));
  const middle = (point: Point): Point => ({ x: (point.x + other.x) / 2, y: (point.y + other.y) / 2 });
  const [from, to] = [middle(before), middle(now)];
  target.pan(to.x - from.x, to.y - from.y);
  target.zoom(distance(now) / distance(before), to);
}
