import { seeded } from "../support/seeded.ts";

/** Choices that are the same for the same seed. */
export class Choices {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  /** True so often, from 0 to 1. */
  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** A whole number from 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  one<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error("there is nothing to choose from");
    return value;
  }

  /** One of the values, chosen as often as its weight says. */
  weighted<T>(values: readonly (readonly [number, T])[]): T {
    let left = this.#random() * values.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of values) {
      left -= weight;
      if (left < 0) return value;
    }
    return this.one(values)[1];
  }
}
