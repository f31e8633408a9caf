import type { Clock } from "../../clock/index.ts";

/** Less says nothing about a line. */
const leastBytes = 1 << 20;
const leastMs = 100;

interface Begun {
  readonly bytes: number;
  readonly atMs: number;
}

/** How fast packages come: the only time at which it is seen what the line gives. */
export class TransferMeter {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #begun = new Map<string, Begun>();
  #bytesPerSecond: number | undefined;

  constructor(clock: Pick<Clock, "monotonic">) {
    this.#clock = clock;
  }

  /** Of the last package that was large enough to tell. */
  get bytesPerSecond(): number | undefined {
    return this.#bytesPerSecond;
  }

  /** A package has got so far. */
  note(digest: string, { bytes, total }: { readonly bytes: number; readonly total: number }): void {
    const atMs = this.#clock.monotonic();
    const begun = this.#begun.get(digest);
    if (begun === undefined || bytes < begun.bytes) {
      if (bytes < total) this.#begun.set(digest, { bytes, atMs });
      return;
    }
    const [came, tookMs] = [bytes - begun.bytes, atMs - begun.atMs];
    if (came >= leastBytes && tookMs >= leastMs) this.#bytesPerSecond = (came / tookMs) * 1000;
    if (bytes >= total) this.#begun.delete(digest);
  }
}
