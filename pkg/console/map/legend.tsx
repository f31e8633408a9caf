import { useMemo } from "react";
import { mapTexts as texts } from "../texts/map.ts";
import { Shape } from "../ui/state.tsx";
import { type Colouring, countBy } from "./colouring.ts";
import { inScope, type MachineFilter } from "./filter.ts";
import type { MachineStore } from "./machine-store.ts";
import { useMachineVersion, usePalette } from "./use-machines.ts";

export interface LegendProps {
  readonly store: MachineStore;
  readonly colouring: Colouring;
  readonly filter: MachineFilter;
  readonly selected: string | undefined;
  readonly onToggle: (category: string) => void;
  readonly onClear: () => void;
}

/** What colours and shapes mean, with counts; pressed, a line shows those machines alone. */
export function Legend({ store, colouring, filter, selected, onToggle, onClear }: LegendProps) {
  const version = useMachineVersion(store);
  const palette = usePalette(store, colouring, selected);
  const { text, pool, categories } = filter;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the machines
  const counts = useMemo(
    () => countBy(palette, [...store.machines.values()].filter(inScope({ text, pool }))),
    [store, version, palette, text, pool],
  );
  const isRamp = colouring === "load" || colouring === "memory" || colouring === "roundTrip";
  const hasReference = colouring === "roundTrip" && selected !== undefined;
  return (
    <section className="map-legend card" aria-label={texts.legend}>
      <h3>{hasReference ? texts.roundTripTo(selected) : texts.legendOf[colouring]}</h3>
      <ul>
        {palette.categories.map(({ key, text: name, colour, shape, isLight }, index) => {
          const count = counts[index] ?? 0;
          if (count === 0 && !isRamp && !categories.has(key)) return null;
          return (
            <li key={key}>
              <button type="button" aria-pressed={categories.has(key)} onClick={() => onToggle(key)}>
                <span className="map-swatch" style={{ color: `var(${colour})`, opacity: isLight === true ? 0.55 : 1 }}>
                  {shape === undefined ? <i /> : <Shape tone={shape} />}
                </span>
                <span>{name}</span>
                <span className="map-count">{count.toLocaleString("en")}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {categories.size > 0 && (
        <button type="button" className="map-clear" onClick={onClear}>
          {texts.showAll}
        </button>
      )}
    </section>
  );
}
