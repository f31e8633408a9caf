import type { Colours } from "./colours.ts";
import type { Land } from "./land.ts";
import type { Size, View } from "./view.ts";

/** So much more than what is seen is drawn, to each side: moving the map draws nothing anew for a while. */
const spare = 0.35;

/** The land as it was drawn last: drawn anew when the zoom has come to rest at another level, or beyond what was drawn. */
export class LandLayer {
  readonly #canvas = document.createElement("canvas");
  #drawn: { readonly view: View; readonly size: Size; readonly ratio: number } | undefined;

  forget(): void {
    this.#drawn = undefined;
  }

  /** Paints the land; true: only about, it is to be painted again once the map rests. */
  paint(
    context: CanvasRenderingContext2D,
    land: Land,
    { view, size, ratio, isMoving }: { view: View; size: Size; ratio: number; isMoving: boolean },
    colours: Colours,
  ): boolean {
    const drawn = this.#drawn;
    const fits = drawn !== undefined && drawn.ratio === ratio && covers(drawn.view, drawn.size, view, size);
    const isExact = fits && drawn.view.scale === view.scale;
    if (!fits || !(isExact || isMoving)) this.#draw(land, view, size, ratio, colours);
    const source = this.#drawn ?? { view, size, ratio };
    const zoom = view.scale / source.view.scale;
    const [width, height] = [source.size.width * (1 + 2 * spare) * zoom, source.size.height * (1 + 2 * spare) * zoom];
    const x = size.width / 2 + (source.view.x - view.x) * view.scale - width / 2;
    const y = size.height / 2 + (source.view.y - view.y) * view.scale - height / 2;
    context.drawImage(this.#canvas, Math.round(x * ratio) / ratio, Math.round(y * ratio) / ratio, width, height);
    return source.view.scale !== view.scale;
  }

  #draw({ shores, borders }: Land, view: View, size: Size, ratio: number, colours: Colours): void {
    const [width, height] = [size.width * (1 + 2 * spare), size.height * (1 + 2 * spare)];
    this.#canvas.width = Math.ceil(width * ratio);
    this.#canvas.height = Math.ceil(height * ratio);
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    const scale = view.scale * ratio;
    const [left, up] = [(width / 2) * ratio - view.x * scale, (height / 2) * ratio - view.y * scale];
    context.setTransform(scale, 0, 0, scale, left, up);
    context.fillStyle = colours.of("--land");
    context.fill(shores);
    context.strokeStyle = colours.of("--sea");
    context.lineWidth = 0.8 / view.scale;
    context.stroke(borders);
    this.#drawn = { view, size, ratio };
  }
}

function covers(drawn: View, drawnSize: Size, view: View, size: Size): boolean {
  const half = (full: number, scale: number): number => full / 2 / scale;
  const reachX = half(drawnSize.width * (1 + 2 * spare), drawn.scale) - half(size.width, view.scale);
  const reachY = half(drawnSize.height * (1 + 2 * spare), drawn.scale) - half(size.height, view.scale);
  return Math.abs(view.x - drawn.x) <= reachX && Math.abs(view.y - drawn.y) <= reachY;
}
