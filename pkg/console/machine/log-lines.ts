/** Lines of a log as they come, the last ones of them: a log that never ends must not fill the page. */
export class LogLines {
  readonly #most: number;
  #lines: string[] = [];
  /** Of a line whose end has not come. */
  #open = "";
  #dropped = 0;

  constructor(most = 20_000) {
    this.#most = most;
  }

  /** How many were there before the first one that is kept. */
  get dropped(): number {
    return this.#dropped;
  }

  add(text: string): void {
    const parts = (this.#open + text).split("\n");
    this.#open = parts.pop() ?? "";
    this.#lines.push(...parts);
    // Not at each line: by half as many more it is cut.
    if (this.#lines.length > this.#most * 1.5) this.#cut();
  }

  /** Kept lines that contain a text, in small letters; "": all. */
  found(search: string): readonly string[] {
    if (this.#lines.length > this.#most) this.#cut();
    const all = this.#open === "" ? [...this.#lines] : [...this.#lines, this.#open];
    return search === "" ? all : all.filter((line) => line.toLowerCase().includes(search));
  }

  #cut(): void {
    const over = this.#lines.length - this.#most;
    this.#dropped += over;
    this.#lines = this.#lines.slice(over);
  }
}
