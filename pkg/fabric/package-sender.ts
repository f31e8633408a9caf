import { type Clock, sleep } from "../clock/index.ts";
import type { Logger } from "../log/index.ts";
import { StatusError } from "../status/index.ts";
import type { AgentSession } from "./agent-session.ts";
import type { BlobSource } from "./fabric.ts";
import type { StartGate } from "./start-gate.ts";

export interface SenderPorts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly blobs: BlobSource;
  /** Shared by all machines: so many packages leave the server at once. */
  readonly gate: StartGate;
  readonly onBytes: (bytes: number) => void;
}

/** What a machine has been given that nobody waits for. */
interface Prefetch {
  readonly digests: readonly string[];
  /** By digest, once tried: whether it is there. */
  readonly outcomes: Map<string, boolean>;
}

/** So long until a package that failed, or that the server does not have yet, is tried again. */
const retryMs = 1000;

/**
 * Sends one agent the packages that it says it needs, one after the other, each from where the last attempt ended; and
 * when it needs none, those that it may need one day.
 */
export class PackageSender {
  readonly #ports: SenderPorts;
  readonly #session: AgentSession;
  readonly #stop = new AbortController();
  #needs: readonly string[] = [];
  readonly #onPrefetched: () => void;
  #prefetch: Prefetch = { digests: [], outcomes: new Map() };
  #isRunning = false;

  /** `onPrefetched`: `prefetched` has changed. */
  constructor(session: AgentSession, ports: SenderPorts, onPrefetched: () => void) {
    this.#session = session;
    this.#ports = ports;
    this.#onPrefetched = onPrefetched;
  }

  update(needs: readonly string[]): void {
    this.#needs = needs;
    this.#start();
  }

  /** Packages for which there is no hurry, all of them; what failed before is tried again. */
  prefetch(digests: readonly string[]): void {
    const { outcomes } = this.#prefetch;
    const there = digests.filter((digest) => outcomes.get(digest) === true);
    this.#prefetch = { digests, outcomes: new Map(there.map((digest) => [digest, true])) };
    this.#start();
  }

  /** Those of them that are there. */
  get prefetched(): readonly string[] {
    return this.#prefetch.digests.filter((digest) => this.#prefetch.outcomes.get(digest) === true);
  }

  #start(): void {
    const isIdle = this.#needs.length === 0 && this.#nextPrefetch() === undefined;
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
    const sent = new Set<string>();
    for (;;) {
      const digest = this.#needs.find((need) => !sent.has(need));
      if (digest === undefined) {
        if (await this.#prefetchNext()) continue;
        if (this.#needs.length === 0) break;
        // What was sent or failed and is still asked for is asked for again.
        await sleep(this.#ports.clock, retryMs, this.#stop.signal);
        sent.clear();
        continue;
      }
      await this.#send(digest, false);
      sent.add(digest);
    }
    this.#isRunning = false;
  }

  #nextPrefetch(): string | undefined {
    const { digests, outcomes } = this.#prefetch;
    return digests.find((digest) => !outcomes.has(digest));
  }

  /** Returns whether there was one to send. */
  async #prefetchNext(): Promise<boolean> {
    const digest = this.#nextPrefetch();
    if (digest === undefined) return false;
    const { outcomes } = this.#prefetch;
    outcomes.set(digest, await this.#send(digest, true));
    this.#onPrefetched();
    return true;
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
      this.#ports.onBytes(blob.size - offset);
      return true;
    } catch (error) {
      if (this.#stop.signal.aborted) return false;
      this.#ports.log.warn({ digest, error: StatusError.from(error).message }, "package not sent");
      return false;
    } finally {
      leave();
    }
  }
}
