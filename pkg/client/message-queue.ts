/** Messages that came and were not read yet, with what makes their sender wait. */
export class MessageQueue {
  readonly #messages: Uint8Array[] = [];
  readonly #flow: { readonly pause: () => void; readonly resume: () => void } | undefined;
  #bytes = 0;
  #isEnded = false;
  #isPaused = false;
  #wake: (() => void) | undefined;

  /** `flow`: holds the connection's reading, and lets it go on. */
  constructor(flow?: { readonly pause: () => void; readonly resume: () => void }) {
    this.#flow = flow;
  }

  push(message: Uint8Array): void {
    if (this.#isEnded) return;
    this.#messages.push(message);
    this.#bytes += message.length;
    if (this.#bytes >= maxBytes && !this.#isPaused) {
      this.#isPaused = true;
      this.#flow?.pause();
    }
    this.#wake?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) {
        this.#bytes -= message.length;
        if (this.#isPaused && this.#bytes < maxBytes / 2) {
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
const maxBytes = 256 << 10;
