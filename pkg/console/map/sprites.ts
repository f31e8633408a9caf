import type { Tone } from "../ui/tone.ts";

/** How a dot looks. */
export interface DotLook {
  readonly shape: Tone;
  readonly colour: string;
  readonly isLight: boolean;
  readonly isFaded: boolean;
}

/** Room around a dot for what is drawn over its edge. */
const margin = 1.5;

/** Each look of a dot is drawn once, and stamped from then on. */
export class Sprites {
  #known = new Map<string, HTMLCanvasElement>();
  #radius = 0;
  #ratio = 0;

  /** Forgets those of another size. */
  prepare(radius: number, ratio: number): void {
    if (radius === this.#radius && ratio === this.#ratio) return;
    this.#known = new Map();
    this.#radius = radius;
    this.#ratio = ratio;
  }

  forget(): void {
    this.#known = new Map();
  }

  /** Half of the square that a dot is drawn in. */
  get reach(): number {
    return this.#radius + margin;
  }

  draw(context: CanvasRenderingContext2D, look: DotLook, x: number, y: number): void {
    const key = `${look.shape} ${look.colour} ${look.isLight} ${look.isFaded}`;
    const sprite = this.#known.get(key) ?? this.#make(look);
    this.#known.set(key, sprite);
    // Between pixels it would be blurred.
    const snap = (value: number): number => Math.round((value - this.reach) * this.#ratio) / this.#ratio;
    context.drawImage(sprite, snap(x), snap(y), this.reach * 2, this.reach * 2);
  }

  #make({ shape, colour, isLight, isFaded }: DotLook): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.ceil(this.reach * 2 * this.#ratio);
    const context = canvas.getContext("2d");
    if (context === null) return canvas;
    context.scale(canvas.width / (this.reach * 2), canvas.height / (this.reach * 2));
    context.translate(this.reach, this.reach);
    context.globalAlpha = (isFaded ? 0.16 : 1) * (isLight ? 0.55 : 1);
    drawShape(context, shape, colour, this.#radius);
    return canvas;
  }
}

/** A disc, a ring, a triangle, a cross or a dash around the origin, as ui/state.tsx has them. */
export function drawShape(context: CanvasRenderingContext2D, shape: Tone, colour: string, radius: number): void {
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = Math.max(1.4, radius * 0.45);
  context.lineCap = context.lineJoin = "round";
  const inner = radius * 0.72;
  context.beginPath();
  switch (shape) {
    case "good":
      context.arc(0, 0, radius * 0.92, 0, 2 * Math.PI);
      context.fill();
      return;
    case "busy":
      context.arc(0, 0, radius * 0.75, 0, 2 * Math.PI);
      break;
    case "warn":
      context.moveTo(0, -radius);
      context.lineTo(radius, radius * 0.8);
      context.lineTo(-radius, radius * 0.8);
      context.closePath();
      context.fill();
      return;
    case "bad":
      context.moveTo(-inner, -inner);
      context.lineTo(inner, inner);
      context.moveTo(inner, -inner);
      context.lineTo(-inner, inner);
      break;
    case "idle":
      context.moveTo(-radius * 0.8, 0);
      context.lineTo(radius * 0.8, 0);
      break;
  }
  context.stroke();
}
