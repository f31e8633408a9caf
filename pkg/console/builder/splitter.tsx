import type { KeyboardEvent, PointerEvent } from "react";

interface SplitterProps {
  /** What is to the right of it. */
  readonly label: string;
  readonly width: number;
  readonly onWidth: (width: number) => void;
}

const [least, most, stepPx] = [240, 1200, 24];

/** The edge of a column, moved by pointer or by arrow keys. */
export function Splitter({ label, width, onWidth }: SplitterProps) {
  const set = (next: number): void => onWidth(Math.min(most, Math.max(least, next)));
  const press = (event: PointerEvent<HTMLDivElement>): void => {
    const handle = event.currentTarget;
    const begin = event.clientX;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent): void => set(width - (moved.clientX - begin));
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", () => handle.removeEventListener("pointermove", move), { once: true });
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "ArrowLeft") set(width + stepPx);
    if (event.key === "ArrowRight") set(width - stepPx);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> takes no keys
    <div
      className="builder-splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuemin={least}
      aria-valuemax={most}
      aria-valuenow={width}
      tabIndex={0}
      onPointerDown={press}
      onKeyDown={key}
    />
  );
}
