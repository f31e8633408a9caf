/** How long something that happened is shown. */
const pulseMs = 1100;
/** Were all machines to change at once, nobody would see more. */
const most = 250;

/** What happened to which machine, until it is old. */
export class Pulses {
  readonly #startedAt = new Map<string, number>();

  add(names: readonly string[], now: number): void {
    for (const name of names)
      if (this.#startedAt.size < most || this.#startedAt.has(name)) this.#startedAt.set(name, now);
  }

  /** Of each that is still shown: how much of its time is over, 0 to 1. */
  at(now: number): readonly { readonly name: string; readonly age: number }[] {
    for (const [name, startedAt] of this.#startedAt) if (now - startedAt >= pulseMs) this.#startedAt.delete(name);
    return [...this.#startedAt].map(([name, startedAt]) => ({ name, age: Math.max(0, (now - startedAt) / pulseMs) }));
  }
}
