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

/** So long until a package that failed, or that the server does not have yet, is tried again. */
const retryMs = 1000;

/** Sends one agent the packages that it says it needs, one after the other, each from where the last attempt ended. */
export class PackageSender {
  readonly #ports: SenderPorts;
  readonly #session: AgentSession;
  readonly #stop = new AbortController();
  #needs: readonly string[] = [];
  #isRunning = false;

  constructor(session: AgentSession, ports: SenderPorts) {
    this.#session = session;
    this.#ports = ports;
  }

  update(needs: readonly string[]): void {
    this.#needs = needs;
    if (this.#isRunning || needs.length === 0) return;
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
        if (this.#needs.length === 0) break;
        // What was sent or failed and is still asked for is asked for again.
        await sleep(this.#ports.clock, retryMs, this.#stop.signal);
        sent.clear();
        continue;
      }
      await this.#send(digest);
      sent.add(digest);
    }
    this.#isRunning = false;
  }

  async #send(digest: string): Promise<void> {
    const leave = await this.#ports.gate.enter({ first: false, signal: this.#stop.signal });
    try {
      const offset = await this.#session.blobOffset(digest);
      if (offset === "complete") return;
      const blob = await this.#ports.blobs.open(digest, offset);
      if (blob === undefined) return;
      await this.#session.putBlob(digest, { offset, total: blob.size, bytes: blob.stream });
      this.#ports.onBytes(blob.size - offset);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#ports.log.warn({ digest, error: StatusError.from(error).message }, "package not sent");
    } finally {
      leave();
    }
  }
}
