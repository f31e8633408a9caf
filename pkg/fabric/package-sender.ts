import { type Clock, sleep } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import type { PrefetchPackage } from "../protocol/index.ts";
import { StatusError } from "../status/index.ts";
import type { AgentSession } from "./agent-session.ts";
import type { BlobSource } from "./fabric.ts";
import type { PackageMeter } from "./fabric-metrics.ts";
import type { StartGate } from "./start-gate.ts";

export interface SenderPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly blobs: BlobSource;
  /** Shared by all machines: so many packages leave the server at once. */
  readonly gate: StartGate;
  readonly meter: Pick<PackageMeter, "sent" | "notSent">;
}

/** What a machine has been given that nobody waits for. */
interface Prefetch {
  readonly packages: readonly PrefetchPackage[];
  readonly digests: readonly string[];
  /** By digest, once tried: whether it is there. */
  readonly outcomes: Map<string, boolean>;
  /** It is being told what to keep, now that all has been sent. */
  isTold: boolean;
}

/** Nobody has said yet what is to be kept: nothing is told of it. */
const unsaid: Prefetch = { packages: [], digests: [], outcomes: new Map(), isTold: true };

/** So long until a package that failed, or that the server does not have yet, is tried again. */
const retryMs = 1000;

/**
 * Sends one agent the packages that it says it needs, one after the other, each from where the last attempt ended; and
 * when it needs none, those that it may need one day, which it then unpacks.
 */
export class PackageSender {
  readonly #ports: SenderPorts;
  readonly #session: AgentSession;
  readonly #stop = new AbortController();
  #needs: readonly string[] = [];
  readonly #onPrefetched: () => void;
  #prefetch = unsaid;
  /** Digests of packages that were there when the agent last had done what it can. */
  #ready: ReadonlySet<string> = new Set();
  #isRunning = false;
  #onNews: () => void = () => undefined;
  /** Sent, or failed, since it was last time to try again. */
  readonly #sent = new Set<string>();

  /** `onPrefetched`: `prefetched` has changed. */
  constructor(session: AgentSession, ports: SenderPorts, onPrefetched: () => void) {
    this.#session = session;
    this.#ports = ports;
    this.#onPrefetched = onPrefetched;
  }

  update(needs: readonly string[]): void {
    this.#needs = needs;
    if (needs.some((need) => !this.#sent.has(need))) this.#onNews();
    this.#start();
  }

  /** Packages for which there is no hurry, all of them; what failed before is tried again. */
  prefetch(packages: readonly PrefetchPackage[]): void {
    const { packages: former, outcomes, isTold } = this.#prefetch;
    const isKnown = this.#prefetch !== unsaid && isTold && JSON.stringify(former) === JSON.stringify(packages);
    if (isKnown && ![...outcomes.values()].includes(false)) return;
    const digests = [...new Set(packages.map(({ digest }) => digest))];
    const there = digests.filter((digest) => outcomes.get(digest) === true);
    this.#prefetch = { packages, digests, outcomes: new Map(there.map((digest) => [digest, true])), isTold: false };
    this.#start();
  }

  /** Digests of those of them that are there, and unpacked where there is room for it. */
  get prefetched(): readonly string[] {
    return this.#prefetch.digests.filter((digest) => this.#ready.has(digest));
  }

  #start(): void {
    const isIdle = this.#needs.length === 0 && this.#prefetch.isTold;
    if (this.#isRunning || isIdle) return;
    this.#isRunning = true;
    this.#run().catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.#ports.log.error({ error }, "package sender ended");
    });
  }

  close(): void {
    this.#stop.abort();
  }

  async #run(): Promise<void> {
    this.#sent.clear();
    for (;;) {
      const digest = this.#needs.find((need) => !this.#sent.has(need));
      if (digest === undefined) {
        if (await this.#prefetchNext()) continue;
        if (this.#needs.length === 0) break;
        // What was sent or failed and is still asked for is asked for again.
        if ((await this.#rest()) === "rested") this.#sent.clear();
        continue;
      }
      await this.#send(digest, false);
      this.#sent.add(digest);
    }
    this.#isRunning = false;
  }

  /** Until it is time to try again what failed, or something else may be needed. */
  #rest(): Promise<"rested" | "news"> {
    const news = new AbortController();
    this.#onNews = () => news.abort();
    const signal = AbortSignal.any([this.#stop.signal, news.signal]);
    return sleep(this.#ports.clock, retryMs, signal).then(
      () => "rested",
      (error: unknown) => {
        if (this.#stop.signal.aborted) throw error;
        return "news";
      },
    );
  }

  #nextPrefetch(): string | undefined {
    const { digests, outcomes } = this.#prefetch;
    return digests.find((digest) => !outcomes.has(digest));
  }

  /** Returns whether there was one to send. */
  async #prefetchNext(): Promise<boolean> {
    const digest = this.#nextPrefetch();
    const prefetch = this.#prefetch;
    if (digest !== undefined) {
      prefetch.outcomes.set(digest, await this.#send(digest, true));
      return true;
    }
    if (prefetch.isTold) return false;
    prefetch.isTold = true;
    // Unpacking takes its time, in which something may be needed.
    void this.#tell(prefetch);
    return true;
  }

  async #tell(prefetch: Prefetch): Promise<void> {
    try {
      await this.#session.putPrefetch({ packages: prefetch.packages });
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#ports.log.warn({ error: StatusError.from(error).message }, "nothing is unpacked ahead of need");
    }
    if (this.#prefetch !== prefetch) return;
    this.#ready = new Set(prefetch.digests.filter((digest) => prefetch.outcomes.get(digest) === true));
    this.#onPrefetched();
  }

  /** Returns whether it is there. `ifRoom`: nobody waits for it. */
  async #send(digest: string, ifRoom: boolean): Promise<boolean> {
    const leave = await this.#ports.gate.enter({ first: !ifRoom, signal: this.#stop.signal });
    try {
      const offset = await this.#session.blobOffset(digest);
      if (offset === "complete") return true;
      const blob = await this.#ports.blobs.open(digest, offset);
      if (blob === undefined) return false;
      await this.#session.putBlob(digest, { offset, total: blob.size, bytes: blob.stream, ifRoom });
      this.#ports.meter.sent(blob.size - offset);
      return true;
    } catch (error) {
      if (this.#stop.signal.aborted) return false;
      this.#ports.meter.notSent();
      this.#ports.log.warn({ digest, error: StatusError.from(error).message }, "package not sent");
      return false;
    } finally {
      leave();
    }
  }
}
