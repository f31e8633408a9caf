import type { Tone } from "../ui/tone.ts";
import type { Colours } from "./colours.ts";
import type { Layer } from "./layer.ts";
import type { Machine } from "./machine.ts";
import type { PlacedGroup, Placement } from "./placement.ts";
import { drawShape } from "./shapes.ts";
import type { Size } from "./view.ts";

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Those that are worth a number beside a site's name. */
const toldTones: readonly Tone[] = ["bad", "warn", "busy"];

/** Draws what lies below the dots: cards and clusters with their names and counts, and the tree's edges. */
export class GroundPainter {
  readonly #context: CanvasRenderingContext2D;
  readonly #colours: Colours;

  constructor(layer: Layer, colours: Colours) {
    this.#context = layer.context;
    this.#colours = colours;
  }

  edges(placement: Placement, machines: ReadonlyMap<string, Machine>): void {
    const { indices, xs, ys } = placement;
    const context = this.#context;
    context.beginPath();
    for (const [index, name] of placement.names.entries()) {
      const parent = indices.get(machines.get(name)?.parent ?? "");
      if (parent === undefined) continue;
      context.moveTo(xs[parent] ?? 0, ys[parent] ?? 0);
      context.lineTo(xs[index] ?? 0, ys[index] ?? 0);
    }
    context.strokeStyle = this.#colours.of("--accent");
    context.globalAlpha = 0.45;
    context.lineWidth = 1;
    context.stroke();
    context.globalAlpha = 1;
  }

  cards(groups: readonly PlacedGroup[]): void {
    const context = this.#context;
    for (const { group, x, y, card } of groups) {
      if (card === undefined) continue;
      context.beginPath();
      context.roundRect(x + 0.5, y + 0.5, card.width - 1, card.height - 1, 10);
      context.fillStyle = this.#colours.of("--surface");
      context.fill();
      context.strokeStyle = this.#colours.of("--line");
      context.lineWidth = 1;
      context.stroke();
      context.textAlign = "left";
      context.textBaseline = "middle";
      context.font = `600 13px ${this.#colours.font}`;
      context.fillStyle = this.#colours.of("--text");
      context.fillText(group.text, x + 14, y + 19, card.width / 2);
      const end = x + 14 + Math.min(card.width / 2, context.measureText(group.text).width);
      this.#counts(group, end + 10, y + 19);
    }
  }

  /** Clusters, the largest first: a name for which there is no room is left out until one looks closer. */
  clusters(groups: readonly PlacedGroup[], { width, height }: Size, isSmall: boolean): void {
    const seen = groups.filter(
      ({ x, y, radius }) => x > -radius && y > -radius && x < width + radius && y < height + radius,
    );
    for (const placed of seen) this.#anchor(placed);
    for (const placed of seen) this.#cluster(placed);
    const taken: Box[] = seen.map(({ x, y, radius }) => ({
      ...{ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius },
    }));
    for (const placed of [...seen].sort((a, b) => b.radius - a.radius)) this.#clusterName(placed, taken, isSmall);
  }

  /** Where a cluster that made way belongs. */
  #anchor({ x, y, anchor }: PlacedGroup): void {
    if (anchor === undefined) return;
    const context = this.#context;
    context.beginPath();
    context.moveTo(anchor.x, anchor.y);
    context.lineTo(x, y);
    context.strokeStyle = this.#colours.of("--line-strong");
    context.lineWidth = 1;
    context.stroke();
    context.beginPath();
    context.arc(anchor.x, anchor.y, 2, 0, 2 * Math.PI);
    context.fillStyle = this.#colours.of("--text-soft");
    context.fill();
  }

  #cluster({ x, y, radius }: PlacedGroup): void {
    const context = this.#context;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = this.#colours.of("--surface");
    context.fill();
    context.strokeStyle = this.#colours.of("--line-strong");
    context.lineWidth = 1;
    context.stroke();
  }

  #clusterName({ group, x, y, radius }: PlacedGroup, taken: Box[], isSmall: boolean): void {
    const context = this.#context;
    context.font = `600 12px ${this.#colours.font}`;
    const half = context.measureText(group.text).width / 2;
    const counted = isSmall ? 0 : this.#countsWidth(group);
    const reach = Math.max(half, counted / 2) + 2;
    const height = isSmall ? 15 : 30;
    // Below, or else above.
    const box = [y + radius + 4, y - radius - 4 - height]
      .map((from) => ({ left: x - reach, right: x + reach, top: from, bottom: from + height }))
      .find((one) => !taken.some((other) => overlap(other, one)));
    if (box === undefined) return;
    const { top } = box;
    taken.push(box);
    context.textAlign = "center";
    context.textBaseline = "middle";
    // Readable on shores and borders.
    context.strokeStyle = this.#colours.of("--sea");
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeText(group.text, x, top + 7);
    context.fillStyle = this.#colours.of("--text");
    context.fillText(group.text, x, top + 7);
    if (!isSmall) this.#counts(group, x - counted / 2, top + 22);
  }

  #countsWidth({ slots, tones }: PlacedGroup["group"]): number {
    this.#context.font = `11px ${this.#colours.font}`;
    const told = toldTones.filter((tone) => tones[tone] > 0).map((tone) => String(tones[tone]));
    const width = (text: string): number => this.#context.measureText(text).width;
    return width(String(slots.count)) + told.reduce((sum, text) => sum + 24 + width(text), 0);
  }

  /** How many there are, and how many of them are not well; from `x` on. */
  #counts({ slots, tones }: PlacedGroup["group"], x: number, y: number): void {
    const context = this.#context;
    context.font = `11px ${this.#colours.font}`;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.fillStyle = this.#colours.of("--text-soft");
    context.fillText(String(slots.count), x, y);
    let at = x + context.measureText(String(slots.count)).width;
    for (const tone of toldTones) {
      if (tones[tone] === 0) continue;
      drawShape(context, tone, this.#colours.of(`--${tone}`), { x: at + 14, y, radius: 4 });
      context.fillStyle = this.#colours.of("--text-soft");
      context.fillText(String(tones[tone]), at + 22, y);
      at += 24 + context.measureText(String(tones[tone])).width;
    }
  }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
