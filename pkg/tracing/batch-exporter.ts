import type { Clock } from "../clock/index.ts";
import { exportRequest } from "./otlp-json.ts";
import type { TraceSettings } from "./settings.ts";
import type { EndedSpan } from "./span.ts";

/** What becomes of spans. dropped: too many waited; failed: the collector did not take them. */
export const spanOutcomes = ["exported", "dropped", "failed"] as const;
export type SpanOutcome = (typeof spanOutcomes)[number];

export interface ExporterOptions extends Pick<TraceSettings, "url" | "headers" | "timeoutMs" | "resource"> {
  readonly maxQueue: number;
  readonly maxBatch: number;
  readonly delayMs: number;
  readonly clock: Clock;
  readonly version: string;
  readonly count: (outcome: SpanOutcome, spans: number) => void;
  /** Told once, and again only after it went well in between. */
  readonly onFailure: (why: string) => void;
}

/** Says that the same may be sent again. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Before each further attempt. */
const retryMs = [1000, 2000, 4000] as const;

/** Gathers spans and sends them, one batch at a time. Who ends a span never waits, and what cannot wait is dropped. */
export class BatchExporter {
  readonly #options: ExporterOptions;
  #queue: EndedSpan[] = [];
  #cancelTimer: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  #isFailing = false;
  #isClosing = false;
  /** Ends a wait between attempts. */
  #wake: () => void = () => {};

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  add(span: EndedSpan): void {
    const { maxQueue, maxBatch, delayMs, clock, count } = this.#options;
    if (this.#queue.length >= maxQueue) return void count("dropped", 1);
    this.#queue.push(span);
    if (this.#queue.length >= maxBatch) this.#begin();
    else this.#cancelTimer ??= clock.setTimer(delayMs, () => this.#begin());
  }

  /** Sends what waits, without trying anything twice. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake();
    this.#begin();
    await this.#sending;
  }

  #begin(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
      // What came while the last batch was on its way.
      if (this.#queue.length > 0 && this.#cancelTimer === undefined)
        this.#cancelTimer = this.#options.clock.setTimer(this.#options.delayMs, () => this.#begin());
    });
  }

  async #sendAll(): Promise<void> {
    const { maxBatch } = this.#options;
    do {
      const batch = this.#queue.slice(0, maxBatch);
      this.#queue = this.#queue.slice(batch.length);
      if (batch.length > 0) await this.#send(batch);
    } while (this.#queue.length >= maxBatch || (this.#isClosing && this.#queue.length > 0));
  }

  async #send(batch: readonly EndedSpan[]): Promise<void> {
    const { resource, version, count, onFailure } = this.#options;
    const body = JSON.stringify(exportRequest(batch, resource, { name: "plush", version }));
    for (let attempt = 0; ; attempt++) {
      const { taken, why, mayRetry } = await this.#post(body, batch.length);
      if (why === undefined) {
        this.#isFailing = false;
        count("exported", taken);
        if (taken < batch.length) count("failed", batch.length - taken);
        return;
      }
      const waitMs = retryMs[attempt];
      if (!mayRetry || waitMs === undefined || this.#isClosing) {
        count("failed", batch.length);
        if (!this.#isFailing) onFailure(why);
        this.#isFailing = true;
        return;
      }
      await this.#wait(waitMs);
    }
  }

  async #wait(ms: number): Promise<void> {
    let cancel: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      cancel = this.#options.clock.setTimer(ms, resolve);
    });
    cancel?.();
  }

  async #post(body: string, spans: number): Promise<Posted> {
    const { url, headers, timeoutMs } = this.#options;
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body,
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await answer.text();
      if (answer.ok) return { taken: spans - rejectedIn(text), mayRetry: false };
      return { taken: 0, why: `${url} answers ${answer.status}`, mayRetry: passing.has(answer.status) };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return { taken: 0, why: `${url}: ${cause instanceof Error ? cause.message : String(cause)}`, mayRetry: true };
    }
  }
}

interface Posted {
  readonly taken: number;
  readonly why?: string;
  readonly mayRetry: boolean;
}

/** A collector may take a part and say so. */
function rejectedIn(text: string): number {
  try {
    const rejected = Number(JSON.parse(text)?.partialSuccess?.rejectedSpans ?? 0);
    return Number.isInteger(rejected) && rejected > 0 ? rejected : 0;
  } catch {
    return 0;
  }
}
