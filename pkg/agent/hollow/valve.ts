import { Duplex } from "node:stream";
import type { Clock } from "../../clock/index.ts";

/** A connection that can be shut, so that nothing passes in either direction and nobody is told, or slowed down. */
export class Valve extends Duplex {
  readonly #inner: Duplex;
  readonly #clock: Clock;
  #isShut = false;
  #delayMs = 0;
  /** What waits for the valve to be opened. */
  #held: (() => void)[] = [];

  constructor(inner: Duplex, clock: Clock) {
    super();
    this.#inner = inner;
    this.#clock = clock;
    inner.on("data", (chunk) => this.#pass(() => this.push(chunk)));
    inner.on("end", () => this.#pass(() => this.push(null)));
    inner.on("error", () => this.destroy());
    inner.on("close", () => this.destroy());
  }

  shut(): void {
    this.#isShut = true;
  }

  open(): void {
    this.#isShut = false;
    for (const action of this.#held.splice(0)) action();
  }

  /** Everything takes so much longer, each way. */
  slow(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  override _read(): void {
    // The inner stream flows; its chunks are pushed as they come.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#pass(() => this.#inner.write(chunk, done));
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#pass(() => this.#inner.end(() => done()));
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#held = [];
    this.#inner.destroy();
    done(error);
  }

  #pass(action: () => void): void {
    const now = (): void => {
      if (this.#isShut) this.#held.push(action);
      else if (!this.destroyed) action();
    };
    if (this.#delayMs === 0) now();
    else this.#clock.setTimer(this.#delayMs, now);
  }
}
