import { type Tone, toneOf } from "./tone.ts";

/** The shape of a tone on a grid of 10: a disc, a ring, a triangle, a cross, a dash. */
const shapes: Readonly<Record<Tone, string>> = {
  good: "M5 1a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z",
  busy: "M5 1.500a3.500 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z",
  warn: "M5 1l4.500 8h-9z",
  bad: "M1.500 1.500l7 7M8.500 1.500l-7 7",
  idle: "M1.500 5h7",
};

export function Shape({ tone }: { readonly tone: Tone }) {
  return (
    <svg className={`shape tone-${tone}`} viewBox="0 0 10 10" aria-hidden="true">
      <path d={shapes[tone]} />
    </svg>
  );
}

/** A state in its colour, with its shape. `tone` where the word alone does not tell. */
export function State({
  state,
  tone = toneOf(state),
}: {
  readonly state: string | undefined;
  readonly tone?: Tone | undefined;
}) {
  return (
    <span className={`state tone-${tone}`}>
      <Shape tone={tone} />
      {state ?? "–"}
    </span>
  );
}
