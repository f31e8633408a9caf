import type { Clock } from "../../clock/index.ts";

/** Prints what the demo does, each line with the seconds since its start. */
export class Stage {
  readonly #clock: Clock;
  readonly #print: (line: string) => void;
  readonly #start: number;

  constructor(clock: Clock, print: (line: string) => void) {
    this.#clock = clock;
    this.#print = print;
    this.#start = clock.monotonic();
  }

  say(line: string): void {
    const seconds = (this.#clock.monotonic() - this.#start) / 1000;
    this.#print(`${seconds.toFixed(1).padStart(6)} s  ${line}`);
  }

  /** Further lines that belong to the last one. */
  detail(line: string): void {
    this.#print(`          ${line}`);
  }
}
