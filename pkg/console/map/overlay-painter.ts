import type { Colours } from "./colours.ts";
import type { Layer } from "./layer.ts";
import type { Placement } from "./placement.ts";

/** Draws what lies over the dots: what happened, what is chosen, what fits. */
export class OverlayPainter {
  readonly #layer: Layer;
  readonly #colours: Colours;

  constructor(layer: Layer, colours: Colours) {
    this.#layer = layer;
    this.#colours = colours;
  }

  clear(): void {
    this.#layer.clear();
  }

  /** A ring that grows and fades; where nothing is to move it only fades. */
  pulse(placement: Placement, index: number, age: number, isStill: boolean): void {
    const spread = isStill ? 4 : 2 + 14 * (1 - (1 - age) ** 2);
    this.#ring(placement, index, spread, "--accent", 2, (1 - age) * 0.9);
  }

  chosen(placement: Placement, index: number): void {
    this.#ring(placement, index, 3.5, "--text", 2, 1);
  }

  pointedAt(placement: Placement, index: number): void {
    this.#ring(placement, index, 3, "--text-soft", 1.5, 1);
  }

  fitting(placement: Placement, index: number): void {
    this.#ring(placement, index, 2, "--accent", 1.5, 1);
  }

  #ring(placement: Placement, index: number, spread: number, colour: string, width: number, alpha: number): void {
    const { context } = this.#layer;
    const { xs, ys, radius, tile } = placement;
    const [x, y] = [xs[index] ?? 0, ys[index] ?? 0];
    context.beginPath();
    if (tile === undefined) context.arc(x, y, radius + spread, 0, 2 * Math.PI);
    else {
      const out = Math.min(spread, 6) - 3;
      context.roundRect(x - 16 - out, y - tile.height / 2 - out, tile.width + 2 * out, tile.height + 2 * out, 6 + out);
    }
    context.strokeStyle = this.#colours.of(colour);
    context.globalAlpha = alpha;
    context.lineWidth = width;
    context.stroke();
    context.globalAlpha = 1;
  }
}
