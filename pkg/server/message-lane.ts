import { Readable } from "node:stream";

/** So many characters may wait before who adds more is asked to wait. */
const roomLength = 256 << 10;

/**
 * Messages of many senders for one reader, as lines of JSON. What has come since the reader asked last leaves as one
 * piece. Each sender waits by itself while the reader is slow, so that none of them takes the room of all others.
 */
export class MessageLane {
  /** Destroying it ends the lane. */
  readonly output: Readable;
  #held: string[] = [];
  #length = 0;
  #waiting: (() => void)[] = [];
  #isWanted = false;
  #isScheduled = false;
  #isEnded = false;

  constructor() {
    this.output = new Readable({
      read: () => {
        this.#isWanted = true;
        this.#schedule();
      },
      destroy: (error, done) => {
        this.#release();
        done(error);
      },
    });
    // Where nobody reads any more, nobody needs to know.
    this.output.on("error", () => undefined);
  }

  /** Undefined where the sender may go on at once; else a promise of when it may. */
  put(message: object): Promise<void> | undefined {
    if (this.output.destroyed || this.#isEnded) return undefined;
    const line = `${JSON.stringify(message)}\n`;
    this.#held.push(line);
    this.#length += line.length;
    this.#schedule();
    if (this.#length <= roomLength) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Nothing more will be put. */
  end(): void {
    this.#isEnded = true;
    this.#schedule();
  }

  /** What happens within one turn of the event loop is told in one piece. */
  #schedule(): void {
    if (!this.#isWanted || this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.output.destroyed) return;
    if (this.#held.length > 0) {
      const text = this.#held.join("");
      this.#held = [];
      this.#length = 0;
      this.#isWanted = false;
      this.output.push(text);
      this.#release();
    }
    if (this.#isEnded && this.#held.length === 0) this.output.push(null);
  }

  #release(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
