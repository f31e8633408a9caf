import type { Clock } from "../../clock/index.ts";

export interface BucketOptions {
  /** Tokens that come back each second; 0: everything is let through. */
  readonly perSecond: number;
  /** Tokens of a bucket that was not used lately. */
  readonly burst: number;
  readonly clock: Clock;
}

interface Bucket {
  tokens: number;
  /** Monotonic milliseconds when `tokens` was right. */
  at: number;
}

/** Buckets beyond this many are forgotten, the least recently used first; a forgotten one is full again. */
const maxBuckets = 10_000;

/** Token buckets by name: each lets `burst` through at once and `perSecond` for ever. */
export class TokenBuckets {
  readonly #options: BucketOptions;
  /** In the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(options: BucketOptions) {
    this.#options = options;
  }

  /** Takes a token. Returns 0, or the seconds after which there will be one. */
  take(name: string): number {
    const { perSecond, burst, clock } = this.#options;
    if (perSecond <= 0) return 0;
    const now = clock.monotonic();
    const bucket = this.#buckets.get(name) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    if (this.#buckets.size > maxBuckets) this.#dropOldest();
    if (bucket.tokens < 1) return (1 - bucket.tokens) / perSecond;
    bucket.tokens -= 1;
    return 0;
  }

  #dropOldest(): void {
    for (const name of this.#buckets.keys()) {
      this.#buckets.delete(name);
      return;
    }
  }
}
