/** Messages that came and were not read yet, with what makes their sender wait. */
export class MessageQueue<T extends Uint8Array | string = Uint8Array> {
  readonly #messages: T[] = [];
  readonly #flow: { readonly pause: () => void; readonly resume: () => void } | undefined;
  #size = 0;
  #isEnded = false;
  #isPaused = false;
  #wake: (() => void) | undefined;

  /** `flow`: holds the connection's reading, and lets it go on. */
  constructor(flow?: { readonly pause: () => void; readonly resume: () => void }) {
    this.#flow = flow;
  }

  /** What was not read yet, in bytes or, of text, characters. */
  get size(): number {
    return this.#size;
  }

  push(message: T): void {
    if (this.#isEnded) return;
    this.#messages.push(message);
    this.#size += message.length;
    if (this.#size >= maxSize && !this.#isPaused) {
      this.#isPaused = true;
      this.#flow?.pause();
    }
    this.#wake?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<T> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) {
        this.#size -= message.length;
        if (this.#isPaused && this.#size < maxSize / 2) {
          this.#isPaused = false;
          this.#flow?.resume();
        }
        yield message;
      } else if (this.#isEnded) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}

/** Enough that a fast reader never waits for the connection. */
const maxSize = 256 << 10;
