import { type Point, project, worldWidth } from "./projection.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What of the map is seen: the place at the middle, and pixels for each of the map's units. */
export interface View extends Point {
  readonly scale: number;
}

/** Where people live: without most of the Antarctic. */
const top = project({ latitude: 80, longitude: 0 }).y;
const bottom = project({ latitude: -57, longitude: 0 }).y;

/** So much larger than the whole world it may become: some hundred metres for a pixel. */
const maxZoom = 400;
/** Who asks for all machines sees no more than a country, were there but one. */
const maxFitZoom = 14;

export function worldView(size: Size): View {
  return { x: 0, y: (top + bottom) / 2, scale: worldScale(size) };
}

/** How much larger than the whole world. */
export function zoomOf(view: View, size: Size): number {
  return view.scale / worldScale(size);
}

function worldScale({ width, height }: Size): number {
  return Math.max(0.05, Math.min(width / worldWidth, height / (bottom - top)));
}

export function toScreen({ x, y, scale }: View, point: Point, { width, height }: Size): Point {
  return { x: (point.x - x) * scale + width / 2, y: (point.y - y) * scale + height / 2 };
}

export function panned(view: View, byX: number, byY: number): View {
  return clamped({ ...view, x: view.x - byX / view.scale, y: view.y - byY / view.scale });
}

/** Closer by `factor`; what is at a pixel stays there. */
export function zoomed(view: View, factor: number, at: Point, size: Size): View {
  const world = worldScale(size);
  const scale = Math.min(world * maxZoom, Math.max(world * 0.9, view.scale * factor));
  const [byX, byY] = [at.x - size.width / 2, at.y - size.height / 2];
  return clamped({
    x: view.x + byX / view.scale - byX / scale,
    y: view.y + byY / view.scale - byY / scale,
    scale,
  });
}

/** All places, with room around them; the whole world where there are none. */
export function fitted(places: readonly Point[], size: Size, room = 90): View {
  const whole = worldView(size);
  if (places.length === 0) return whole;
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [high, low] = [Math.min(...ys), Math.max(...ys)];
  const inner = { width: Math.max(80, size.width - 2 * room), height: Math.max(80, size.height - 2 * room) };
  const wanted = Math.min(inner.width / Math.max(right - left, 1e-6), inner.height / Math.max(low - high, 1e-6));
  const scale = Math.max(whole.scale, Math.min(wanted, whole.scale * maxFitZoom));
  return clamped({ x: (left + right) / 2, y: (high + low) / 2, scale });
}

/** On the way from one view to another; zooming is even to the eye. */
export function between(from: View, to: View, share: number): View {
  const mix = (a: number, b: number): number => a + (b - a) * share;
  const scale = Math.exp(mix(Math.log(from.scale), Math.log(to.scale)));
  // Places move as the scale does, so that what is zoomed at stands still.
  const moved = from.scale === to.scale ? share : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale);
  return { x: from.x + (to.x - from.x) * moved, y: from.y + (to.y - from.y) * moved, scale };
}

function clamped(view: View): View {
  const half = worldWidth / 2;
  return { ...view, x: Math.min(half, Math.max(-half, view.x)), y: Math.min(bottom, Math.max(top, view.y)) };
}
