import type { Tone } from "../ui/tone.ts";
import { type Category, type Palette, shapeOf } from "./colouring.ts";
import type { Colours } from "./colours.ts";
import type { Layer } from "./layer.ts";
import type { Machine } from "./machine.ts";
import type { Placement } from "./placement.ts";
import { paintShapes, shapes, traceShape } from "./shapes.ts";
import type { Size } from "./view.ts";

/** What a dot is drawn by besides its machine. */
export interface DotRules {
  readonly palette: Palette;
  /** Whether a machine is one of those that are asked for; others are faded. */
  readonly isWanted: (machine: Machine) => boolean;
  /** Second line of a tile. */
  readonly detailOf: (machine: Machine) => string;
}

/** Room around a dot for what is drawn over its edge. */
const margin = 1.5;

/** Dots of one look: their path is painted at once. */
interface Batch {
  readonly shape: Tone;
  readonly category: Category | undefined;
  readonly isFaded: boolean;
  readonly indices: number[];
}

/** Draws dots and tiles: all of them, or those alone that changed. */
export class DotsPainter {
  readonly #layer: Layer;
  readonly #colours: Colours;

  constructor(layer: Layer, colours: Colours) {
    this.#layer = layer;
    this.#colours = colours;
  }

  all(placement: Placement, machines: ReadonlyMap<string, Machine>, rules: DotRules, size: Size): void {
    this.#layer.clear();
    const reach = placement.pitch + 160;
    const batches: Batch[] = [];
    for (const [index, name] of placement.names.entries()) {
      const [x, y] = [placement.xs[index] ?? 0, placement.ys[index] ?? 0];
      if (x < -reach || y < -reach || x > size.width + reach || y > size.height + reach) continue;
      const machine = machines.get(name);
      if (machine !== undefined) this.#take(batches, placement, index, machine, rules);
    }
    for (const batch of batches) if (batch !== undefined) this.#paint(placement, batch);
  }

  one(placement: Placement, index: number, machine: Machine, rules: DotRules): void {
    const [x, y] = [placement.xs[index] ?? 0, placement.ys[index] ?? 0];
    const { tile, naming, pitch } = placement;
    const { context } = this.#layer;
    const reach = placement.radius + margin;
    if (tile !== undefined) context.clearRect(x - 18, y - tile.height / 2 - 1, tile.width + 2, tile.height + 2);
    else context.clearRect(x - reach, y - reach, 2 * reach, 2 * reach);
    if (naming === "below") context.clearRect(x - pitch / 2, y + reach, pitch, 14);
    const batches: Batch[] = [];
    this.#take(batches, placement, index, machine, rules);
    for (const batch of batches) if (batch !== undefined) this.#paint(placement, batch);
  }

  /** What is written is written; the dot is put to those that look like it. `batches` has holes. */
  #take(batches: Batch[], placement: Placement, index: number, machine: Machine, rules: DotRules): void {
    const { palette } = rules;
    const colour = palette.colourOf(machine);
    const category = palette.categories[colour];
    const shape = shapeOf(machine, category);
    const isFaded = !rules.isWanted(machine);
    const [x, y] = [placement.xs[index] ?? 0, placement.ys[index] ?? 0];
    if (placement.tile !== undefined) this.#tile(placement.tile, machine, x, y, isFaded, rules);
    if (placement.naming === "below" && !isFaded) this.#nameBelow(machine.name, x, y, placement);
    const key = (colour * shapes.length + shapes.indexOf(shape)) * 2 + (isFaded ? 1 : 0);
    const batch = batches[key] ?? { shape, category, isFaded, indices: [] };
    batch.indices.push(index);
    batches[key] = batch;
  }

  #paint({ xs, ys, radius }: Placement, { shape, category, isFaded, indices }: Batch): void {
    const { context } = this.#layer;
    context.beginPath();
    for (const index of indices) traceShape(context, shape, xs[index] ?? 0, ys[index] ?? 0, radius);
    context.globalAlpha = (isFaded ? 0.16 : 1) * (category?.isLight === true ? 0.55 : 1);
    paintShapes(context, shape, this.#colours.of(category?.colour ?? "--idle"), radius);
    context.globalAlpha = 1;
  }

  #tile(
    { width, height }: NonNullable<Placement["tile"]>,
    machine: Machine,
    x: number,
    y: number,
    isFaded: boolean,
    rules: DotRules,
  ): void {
    const { context } = this.#layer;
    context.globalAlpha = isFaded ? 0.35 : 1;
    context.beginPath();
    context.roundRect(x - 16 + 0.5, y - height / 2 + 0.5, width - 1, height - 1, 6);
    context.fillStyle = this.#colours.of("--sunken");
    context.fill();
    context.strokeStyle = this.#colours.of("--line");
    context.lineWidth = 1;
    context.stroke();
    context.textAlign = "left";
    context.textBaseline = "middle";
    const room = width - 42;
    context.fillStyle = this.#colours.of("--text");
    context.font = `550 12.5px ${this.#colours.font}`;
    context.fillText(shortened(context, machine.name, room), x + 15, y - 7.5);
    context.fillStyle = this.#colours.of("--text-soft");
    context.font = `11px ${this.#colours.font}`;
    context.fillText(shortened(context, rules.detailOf(machine), room), x + 15, y + 8.5);
    context.globalAlpha = 1;
  }

  #nameBelow(name: string, x: number, y: number, { pitch, radius }: Placement): void {
    const { context } = this.#layer;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.font = `10.5px ${this.#colours.font}`;
    context.fillStyle = this.#colours.of("--text-soft");
    context.fillText(shortened(context, name, pitch - 4), x, y + radius + margin + 1);
  }
}

/** A text that fits, with its end: names differ there. */
function shortened(context: CanvasRenderingContext2D, text: string, room: number): string {
  const width = context.measureText(text).width;
  if (width <= room) return text;
  const kept = Math.max(3, Math.floor((text.length * room) / width) - 1);
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
}
