import type { ResourceState } from "../../api/index.ts";
import { estimateMs } from "../../coordinates/index.ts";
import { mapTexts as texts } from "../texts/map.ts";
import { type Tone, toneOf } from "../ui/tone.ts";
import type { Machine } from "./machine.ts";
import type { Slots } from "./slots.ts";

/** What colours tell. */
export const colourings = ["state", "application", "load", "memory", "roundTrip"] as const;
export type Colouring = (typeof colourings)[number];

/** One line of the legend. */
export interface Category {
  readonly key: string;
  readonly text: string;
  /** Name of the colour in the style sheets. */
  readonly colour: string;
  /** Absent: each machine has the shape of its own state. */
  readonly shape?: Tone;
  /** Drawn lighter. */
  readonly isLight?: boolean;
}

export interface Palette {
  readonly categories: readonly Category[];
  /** Which category gives a machine its colour. */
  colourOf(machine: Machine): number;
  /** Whether a machine is counted, and found, under a category. */
  has(machine: Machine, category: number): boolean;
}

export interface ColouringContext {
  /** Applications by the colours that they have taken. */
  readonly applications: Slots;
  /** Round trips are those to this machine; absent: each machine's to its nearest. */
  readonly reference?: Machine | undefined;
}

export function paletteOf(colouring: Colouring, context: ColouringContext): Palette {
  switch (colouring) {
    case "state":
      return statePalette;
    case "application":
      return applicationPalette(context.applications);
    case "load":
      return rampPalette([0.25, 0.5, 0.75, 1, 1.5], texts.loadBin, loadPerCore);
    case "memory":
      return rampPalette([0.2, 0.4, 0.6, 0.8, 0.9], texts.memoryBin, ({ memoryUsed }) => memoryUsed);
    case "roundTrip":
      return rampPalette([1, 5, 20, 80, 200], texts.roundTripBin, roundTripTo(context.reference));
  }
}

const states: readonly ResourceState[] = [
  ...(["Free", "Claimed", "Pending", "Bootstrapping", "Draining", "Degraded"] as const),
  ...(["Quarantined", "Unreachable", "Failed"] as const),
];

const statePalette = single(
  states.map((state): Category => {
    const tone = toneOf(state);
    return { key: state, text: state, colour: `--${tone}`, shape: tone, isLight: state === "Free" };
  }),
  ({ state }) => states.indexOf(state),
);

/** So many applications have colours of their own. */
const seriesCount = 8;

function applicationPalette(applications: Slots): Palette {
  const named = [...applications.entries()].filter(([, slot]) => slot < seriesCount).sort(([, a], [, b]) => a - b);
  const categories: readonly Category[] = [
    ...named.map(([name, slot]): Category => ({ key: name, text: name, colour: `--series-${slot + 1}` })),
    { key: "others", text: texts.otherApplications, colour: "--text-soft" },
    { key: "several", text: texts.severalApplications, colour: "--text" },
    { key: "none", text: texts.noApplication, colour: "--idle", isLight: true },
  ];
  const [others, several, none] = [named.length, named.length + 1, named.length + 2];
  const index = new Map(named.map(([name], at) => [name, at]));
  const colourOf = ({ applications: [first, second] }: Machine): number => {
    if (first === undefined) return none;
    return second === undefined ? (index.get(first) ?? others) : several;
  };
  return {
    categories,
    colourOf,
    has: (machine, category) => {
      const name = named[category]?.[0];
      return name === undefined ? colourOf(machine) === category : machine.applications.includes(name);
    },
  };
}

/** Steps of one colour, from little to much; the last one: not known. */
function rampPalette(
  bounds: readonly number[],
  textOf: (from: number | undefined, to: number | undefined) => string,
  measure: (machine: Machine) => number | undefined,
): Palette {
  const steps = [...bounds, undefined].map(
    (to, index): Category => ({
      ...{ key: `step-${index}`, text: textOf(bounds[index - 1], to) },
      colour: `--ramp-${index + 1}`,
    }),
  );
  return single([...steps, { key: "unknown", text: texts.unknown, colour: "--idle", isLight: true }], (machine) => {
    const value = measure(machine);
    if (value === undefined) return steps.length;
    const step = bounds.findIndex((bound) => value < bound);
    return step < 0 ? bounds.length : step;
  });
}

function single(categories: readonly Category[], colourOf: (machine: Machine) => number): Palette {
  return { categories, colourOf, has: (machine, category) => colourOf(machine) === category };
}

/** What a machine of another size can be compared by. */
export function loadPerCore({ load, cores }: Machine): number | undefined {
  return load === undefined ? undefined : load / Math.max(1, cores ?? 1);
}

function roundTripTo(reference: Machine | undefined): (machine: Machine) => number | undefined {
  const from = reference?.coordinates;
  if (from === undefined) return ({ nearestMs }) => nearestMs;
  return ({ name, coordinates }) => {
    if (name === reference?.name) return 0;
    return coordinates === undefined ? undefined : estimateMs(from, coordinates);
  };
}

/** The shape of a machine: its state's; where colours tell something else, a working machine is a disc. */
export function shapeOf(machine: Machine, category: Category | undefined): Tone {
  if (category?.shape !== undefined) return category.shape;
  const tone = toneOf(machine.state);
  return tone === "busy" ? "good" : tone;
}

/** How many machines are under each category. */
export function countBy(palette: Palette, machines: Iterable<Machine>): readonly number[] {
  const counts = palette.categories.map(() => 0);
  for (const machine of machines) {
    const own = palette.colourOf(machine);
    for (let category = 0; category < counts.length; category++)
      if (category === own || (machine.applications.length > 1 && palette.has(machine, category)))
        counts[category] = (counts[category] ?? 0) + 1;
  }
  return counts;
}
