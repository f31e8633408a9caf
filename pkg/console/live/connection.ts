/** Whether the server answers. */
export type ConnectionState =
  | { readonly status: "up" }
  | {
      readonly status: "away";
      /** Milliseconds since the epoch. */
      readonly since: number;
      /** When it is tried next; undefined: it is being tried. */
      readonly nextTryAt: number | undefined;
      readonly reason: string;
    };

export interface ConnectionOptions {
  /** Resolves where the server answers anything at all; rejects with why it does not. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  /** In [0, 1): pages that lost a server at the same moment do not come back at the same moment. */
  readonly random: () => number;
  readonly setTimer: (delayMs: number, callback: () => void) => () => void;
}

const firstDelayMs = 500;
const maxDelayMs = 15_000;
/** A server that takes longer to say that it lives is none to work with. */
const probeTimeoutMs = 10_000;

/**
 * Follows whether the server answers. While it is away one question after another, with growing pauses, finds out when it is
 * back; whoever wants something of it waits here meanwhile.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #listeners = new Set<() => void>();
  #state: ConnectionState = { status: "up" };
  #waiting: (() => void)[] = [];
  #cancelTimer = (): void => {};
  #probing: AbortController | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Something was answered. */
  heard(): void {
    if (this.#state.status === "up") return;
    this.#cancelTimer();
    this.#probing?.abort();
    this.#probing = undefined;
    this.#failures = 0;
    this.#set({ status: "up" });
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Something was not answered: it is looked whether anything is. */
  doubt(): void {
    if (this.#state.status === "up") this.#probe();
  }

  /** Does not wait for the next time. */
  tryNow(): void {
    if (this.#state.status !== "away") return;
    this.#cancelTimer();
    this.#probe();
  }

  /** Resolves once the server is there. Rejects when `signal` is aborted. */
  up(signal: AbortSignal | undefined): Promise<void> {
    if (this.#state.status === "up") return Promise.resolve();
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(signal?.reason);
      signal?.addEventListener("abort", abort, { once: true });
      this.#waiting.push(() => {
        signal?.removeEventListener("abort", abort);
        resolve();
      });
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer();
    this.#probing?.abort();
  }

  #probe(): void {
    if (this.#probing !== undefined || this.#isClosed) return;
    const probing = new AbortController();
    this.#probing = probing;
    if (this.#state.status === "away") this.#set({ ...this.#state, nextTryAt: undefined });
    const cancelTimeout = this.#options.setTimer(probeTimeoutMs, () => probing.abort(new Error("no answer")));
    this.#options.probe(probing.signal).then(
      () => {
        cancelTimeout();
        if (this.#probing !== probing) return;
        this.#probing = undefined;
        this.heard();
      },
      (error: unknown) => {
        cancelTimeout();
        if (this.#probing !== probing || this.#isClosed) return;
        this.#probing = undefined;
        this.#failed(error instanceof Error ? error.message : String(error));
      },
    );
  }

  #failed(reason: string): void {
    const { now, random, setTimer } = this.#options;
    const delay = Math.min(maxDelayMs, firstDelayMs * 2 ** this.#failures) * (0.75 + random() / 2);
    this.#failures++;
    const since = this.#state.status === "away" ? this.#state.since : now();
    this.#set({ status: "away", since, nextTryAt: now() + delay, reason });
    this.#cancelTimer = setTimer(delay, () => this.#probe());
  }

  #set(state: ConnectionState): void {
    this.#state = state;
    for (const wake of [...this.#listeners]) wake();
  }
}
