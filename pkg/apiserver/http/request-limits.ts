import { isIPv6 } from "node:net";
import { type Identity, mastersGroup } from "../../auth/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { Metrics } from "../../metrics/index.ts";
import { StatusError } from "../../status/index.ts";
import { TokenBuckets } from "./token-buckets.ts";

/** How much of the server one user may take. 0 is no limit. */
export interface LimitOptions {
  /** Requests of one user a second; three times as many may come at once. */
  readonly requestsPerSecond: number;
  /** Requests of all users that are being answered at once, without those that go on for long. */
  readonly requestsInFlight: number;
  /** Watches, logs and commands of one user at once. */
  readonly streamsPerUser: number;
  /** Requests a second of one address that show no credential or a bad one; five times as many may come at once. */
  readonly strangersPerSecond: number;
}

/**
 * A tenth of what the server does on two cores is for one user, and more than any client takes that is not out of its
 * mind: client-go's own default is 5 requests a second, GitOps tools are set to 50 to 200.
 */
const requestsPerSecond = 400;
const burstFactor = 3;

/**
 * Enough for probes and for people who log in. A secret of 256 bits needs no more protection than this, but the server's
 * time does. Good credentials from the same address pass.
 */
const strangersPerSecond = 20;
const strangersBurstFactor = 5;
/** A page is some dozens of files, and behind one address there may be a class of students. */
const pageFactor = 10;

export const defaultLimits: LimitOptions = {
  requestsPerSecond,
  requestsInFlight: 400,
  streamsPerUser: 2000,
  strangersPerSecond,
};

/** Streams end by themselves, and rarely: there is no use in asking again soon. */
const streamRetrySeconds = 5;

type Limit = "user" | "address" | "inflight" | "streams";

/** Refuses what is too much, with TooManyRequests and when to come back. Members of system:masters are never refused. */
export class RequestLimits {
  readonly #options: LimitOptions;
  readonly #users: TokenBuckets;
  readonly #strangers: TokenBuckets;
  readonly #pages: TokenBuckets;
  readonly #streams = new Map<string, number>();
  readonly #refused: { inc(labels: { limit: Limit }): void };
  #inFlight = 0;

  constructor(options: LimitOptions, { clock, metrics }: { readonly clock: Clock; readonly metrics: Metrics }) {
    this.#options = options;
    const perSecond = options.requestsPerSecond;
    this.#users = new TokenBuckets({ perSecond, burst: perSecond * burstFactor, clock });
    const strangers = options.strangersPerSecond;
    this.#strangers = new TokenBuckets({ perSecond: strangers, burst: strangers * strangersBurstFactor, clock });
    const pages = strangers * pageFactor;
    this.#pages = new TokenBuckets({ perSecond: pages, burst: pages * strangersBurstFactor, clock });
    const refused = metrics.counter<"limit">({
      name: "plush_api_requests_refused_total",
      help: "Requests answered with 429, by the limit that they went over.",
      labels: ["limit"],
    });
    for (const limit of ["user", "address", "inflight", "streams"] as const) refused.inc({ limit }, 0);
    this.#refused = refused;
    metrics.gauge({
      name: "plush_api_requests_in_flight",
      help: "Requests that are being answered, without watches and other streams.",
      collect: (gauge) => gauge.set(this.#inFlight),
    });
  }

  /** Counts a request without a good credential. */
  countStranger(address: string | undefined): void {
    const wait = this.#strangers.take(networkOf(address ?? ""));
    if (wait > 0) throw this.#refusal("address", wait, "this address without valid credentials");
  }

  /** Counts a request for a file of the console, which everybody may read. */
  countPage(address: string | undefined): void {
    const wait = this.#pages.take(networkOf(address ?? ""));
    if (wait > 0) throw this.#refusal("address", wait, "this address");
  }

  /** Counts a user's request; returns what is to be called when it is over. */
  begin({ user, groups }: Identity, isLong: boolean): () => void {
    const exempt = groups.includes(mastersGroup);
    const wait = exempt ? 0 : this.#users.take(user);
    if (wait > 0) throw this.#refusal("user", wait, `user ${JSON.stringify(user)}`);
    return isLong ? this.#beginStream(user, exempt) : this.#beginRequest(exempt);
  }

  #beginRequest(exempt: boolean): () => void {
    const { requestsInFlight } = this.#options;
    if (!exempt && requestsInFlight > 0 && this.#inFlight >= requestsInFlight)
      throw this.#refusal("inflight", 1, "all users at once");
    this.#inFlight++;
    return () => {
      this.#inFlight--;
    };
  }

  #beginStream(user: string, exempt: boolean): () => void {
    const { streamsPerUser } = this.#options;
    const open = this.#streams.get(user) ?? 0;
    if (!exempt && streamsPerUser > 0 && open >= streamsPerUser)
      throw this.#refusal("streams", streamRetrySeconds, `user ${JSON.stringify(user)}: ${open} watches and streams`);
    this.#streams.set(user, open + 1);
    return () => {
      const left = (this.#streams.get(user) ?? 1) - 1;
      if (left > 0) this.#streams.set(user, left);
      else this.#streams.delete(user);
    };
  }

  #refusal(limit: Limit, waitSeconds: number, who: string): StatusError {
    this.#refused.inc({ limit });
    const retryAfterSeconds = Math.max(1, Math.ceil(waitSeconds));
    return new StatusError("TooManyRequests", `too many requests of ${who}, please try again later`, {
      details: { retryAfterSeconds },
    });
  }
}

/** Who has one address of IPv6 has 2^64 of them. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  return [...groups, ...Array.from({ length: missing }, () => "0")].slice(0, 4).join(":");
}
