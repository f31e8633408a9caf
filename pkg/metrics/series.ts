/** Values of labels by name. */
export type LabelValues<Label extends string> = { readonly [name in Label]?: string | number };

export interface Series<Label extends string, State> {
  readonly labels: LabelValues<Label>;
  readonly state: State;
}

/** One state for each combination of label values that has been seen; finding one costs a look-up by a short text. */
export class SeriesMap<Label extends string, State> {
  readonly #names: readonly Label[];
  readonly #makeState: () => State;
  readonly #series = new Map<string, Series<Label, State>>();

  constructor(names: readonly Label[], makeState: () => State) {
    this.#names = names;
    this.#makeState = makeState;
  }

  at(labels: LabelValues<Label>): State {
    let key = "";
    for (const name of this.#names) key += `${labels[name]}\n`;
    const known = this.#series.get(key);
    if (known !== undefined) return known.state;
    const state = this.#makeState();
    this.#series.set(key, { labels, state });
    return state;
  }

  all(): Iterable<Series<Label, State>> {
    return this.#series.values();
  }
}
