import type { PeersDocument } from "../../protocol/index.ts";

/** The peers of one claim, for whoever waits until they change. */
export class PeersWatch {
  #peers: PeersDocument = { revision: 0, components: {} };
  readonly #waiting = new Set<() => void>();

  update(peers: PeersDocument): void {
    if (peers.revision === this.#peers.revision) return;
    this.#peers = peers;
    for (const wake of [...this.#waiting]) wake();
  }

  /** The peers, once they are of another revision than `known`; at once where that is absent. Rejects with the signal's reason. */
  async after(known: number | undefined, signal: AbortSignal): Promise<PeersDocument> {
    while (this.#peers.revision === known) await this.#change(signal);
    return this.#peers;
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiting.delete(wake);
        reject(signal.reason);
      };
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", end);
        resolve();
      };
      if (signal.aborted) return end();
      this.#waiting.add(wake);
      signal.addEventListener("abort", end, { once: true });
    });
  }
}
