import type { Tone } from "../ui/tone.ts";

/** The shapes of states on a canvas, as ui/state.tsx has them: a disc, a ring, a triangle, a cross or a dash. */
export const shapes: readonly Tone[] = ["good", "busy", "warn", "bad", "idle"];

/** Adds a shape around a place to the path; thousands in one path are drawn far faster than each by itself. */
export function traceShape(context: CanvasRenderingContext2D, shape: Tone, x: number, y: number, radius: number): void {
  const inner = radius * 0.72;
  switch (shape) {
    case "good":
      circle(context, x, y, radius * 0.92);
      break;
    case "busy":
      circle(context, x, y, radius * 0.75);
      break;
    case "warn":
      context.moveTo(x, y - radius);
      context.lineTo(x + radius, y + radius * 0.8);
      context.lineTo(x - radius, y + radius * 0.8);
      context.closePath();
      break;
    case "bad":
      context.moveTo(x - inner, y - inner);
      context.lineTo(x + inner, y + inner);
      context.moveTo(x + inner, y - inner);
      context.lineTo(x - inner, y + inner);
      break;
    case "idle":
      context.moveTo(x - radius * 0.8, y);
      context.lineTo(x + radius * 0.8, y);
      break;
  }
}

/** Paints the path of shapes that was traced. */
export function paintShapes(context: CanvasRenderingContext2D, shape: Tone, colour: string, radius: number): void {
  if (shape === "good" || shape === "warn") {
    context.fillStyle = colour;
    context.fill();
    return;
  }
  context.strokeStyle = colour;
  context.lineWidth = Math.max(1.4, radius * 0.45);
  context.lineCap = "round";
  context.stroke();
}

/** One shape by itself. */
export function drawShape(
  context: CanvasRenderingContext2D,
  shape: Tone,
  colour: string,
  { x, y, radius }: { readonly x: number; readonly y: number; readonly radius: number },
): void {
  context.beginPath();
  traceShape(context, shape, x, y, radius);
  paintShapes(context, shape, colour, radius);
}

function circle(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.moveTo(x + radius, y);
  context.arc(x, y, radius, 0, 2 * Math.PI);
}
