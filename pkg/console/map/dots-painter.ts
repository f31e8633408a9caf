import { type Category, type Palette, shapeOf } from "./colouring.ts";
import type { Colours } from "./colours.ts";
import type { Layer } from "./layer.ts";
import type { Machine } from "./machine.ts";
import type { Placement } from "./placement.ts";
import { type DotLook, Sprites } from "./sprites.ts";
import type { Size } from "./view.ts";

/** What a dot is drawn by besides its machine. */
export interface DotRules {
  readonly palette: Palette;
  /** Whether a machine is one of those that are asked for; others are faded. */
  readonly isWanted: (machine: Machine) => boolean;
  /** Second line of a tile. */
  readonly detailOf: (machine: Machine) => string;
}

/** Draws dots and tiles: all of them, or those alone that changed. */
export class DotsPainter {
  readonly #layer: Layer;
  readonly #colours: Colours;
  readonly #sprites = new Sprites();

  constructor(layer: Layer, colours: Colours) {
    this.#layer = layer;
    this.#colours = colours;
  }

  /** After a change of theme. */
  forget(): void {
    this.#sprites.forget();
  }

  all(placement: Placement, machines: ReadonlyMap<string, Machine>, rules: DotRules, size: Size, ratio: number): void {
    this.#sprites.prepare(placement.radius, ratio);
    this.#layer.clear();
    const reach = placement.pitch + 160;
    for (const [index, name] of placement.names.entries()) {
      const [x, y] = [placement.xs[index] ?? 0, placement.ys[index] ?? 0];
      if (x < -reach || y < -reach || x > size.width + reach || y > size.height + reach) continue;
      const machine = machines.get(name);
      if (machine !== undefined) this.#draw(placement, machine, x, y, rules);
    }
  }

  one(placement: Placement, index: number, machine: Machine, rules: DotRules): void {
    const [x, y] = [placement.xs[index] ?? 0, placement.ys[index] ?? 0];
    const { tile, naming, pitch } = placement;
    const { context } = this.#layer;
    const reach = this.#sprites.reach;
    if (tile !== undefined) context.clearRect(x - 18, y - tile.height / 2 - 1, tile.width + 2, tile.height + 2);
    else context.clearRect(x - reach, y - reach, 2 * reach, 2 * reach);
    if (naming === "below") context.clearRect(x - pitch / 2, y + reach, pitch, 14);
    this.#draw(placement, machine, x, y, rules);
  }

  #draw(placement: Placement, machine: Machine, x: number, y: number, rules: DotRules): void {
    const category = rules.palette.categories[rules.palette.colourOf(machine)];
    const isFaded = !rules.isWanted(machine);
    const look = lookOf(machine, category, isFaded, this.#colours);
    if (placement.tile !== undefined) this.#tile(placement.tile, machine, x, y, isFaded, rules);
    this.#sprites.draw(this.#layer.context, look, x, y);
    if (placement.naming === "below" && !isFaded) this.#nameBelow(machine.name, x, y, placement.pitch);
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

  #nameBelow(name: string, x: number, y: number, pitch: number): void {
    const { context } = this.#layer;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.font = `10.5px ${this.#colours.font}`;
    context.fillStyle = this.#colours.of("--text-soft");
    context.fillText(shortened(context, name, pitch - 4), x, y + this.#sprites.reach + 1);
  }
}

function lookOf(machine: Machine, category: Category | undefined, isFaded: boolean, colours: Colours): DotLook {
  const colour = colours.of(category?.colour ?? "--idle");
  return { shape: shapeOf(machine, category), colour, isLight: category?.isLight === true, isFaded };
}

/** A text that fits, with its end: names differ there. */
function shortened(context: CanvasRenderingContext2D, text: string, room: number): string {
  const width = context.measureText(text).width;
  if (width <= room) return text;
  const kept = Math.max(3, Math.floor((text.length * room) / width) - 1);
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
}
