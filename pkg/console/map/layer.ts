import type { Size } from "./view.ts";

/** One of the canvases that lie over each other. */
export class Layer {
  readonly canvas = document.createElement("canvas");
  readonly context: CanvasRenderingContext2D;
  #ratio = 1;

  constructor(host: HTMLElement) {
    this.canvas.setAttribute("aria-hidden", "true");
    host.append(this.canvas);
    const context = this.canvas.getContext("2d");
    if (context === null) throw new Error("this browser draws no canvas");
    this.context = context;
  }

  resize({ width, height }: Size, ratio: number): void {
    this.#ratio = ratio;
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.reset();
  }

  /** Pixels of the page from here on. */
  reset(): void {
    this.context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
  }

  clear(): void {
    this.context.clearRect(0, 0, this.canvas.width / this.#ratio, this.canvas.height / this.#ratio);
  }

  remove(): void {
    this.canvas.remove();
  }
}
