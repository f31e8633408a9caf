import type { ClaimEntry, DocumentFile, LeaseFiles, Ledger } from "../agent/index.ts";
import type { ProcessClock } from "./process-clock.ts";
import type { Random } from "./random.ts";

/** The disk of a machine: what is on it outlives agents, and the machine's power. */
export class MachineDisk {
  readonly #random: Random;
  /** Claims by uid, as they were written. */
  readonly ledger = new Map<string, string>();
  /** Directories of claims by uid. */
  readonly directories = new Set<string>();
  readonly blobs = new Set<string>();
  /** What shims read of leases, by claim and epoch. */
  readonly leases = new Map<string, string>();
  #document: string | undefined;
  /** What a loss of power cannot take. */
  #durableDocument: string | undefined;
  isFull = false;
  /** How long one write takes beyond the usual, in milliseconds. */
  slowMs = 0;
  /** A ledger that is never written, to see what becomes of that. */
  readonly #isForgetful: boolean;

  constructor(random: Random, isForgetful: boolean) {
    this.#random = random;
    this.#isForgetful = isForgetful;
  }

  /** Power went: what was written without being synced may be gone. */
  crash(): void {
    if (this.#random.chance(0.5)) this.#document = this.#durableDocument;
  }

  /** Everything of the agent's is gone. */
  clear(): void {
    this.ledger.clear();
    this.directories.clear();
    this.blobs.clear();
    this.leases.clear();
    this.#document = undefined;
    this.#durableDocument = undefined;
  }

  /** Takes the time of a write, at half of which `change` is on the disk; rejects where there is no room. */
  async write(clock: ProcessClock, change: () => void, needsRoom = true): Promise<void> {
    const halfMs = this.#delayMs() / 2;
    await clock.sleep(halfMs);
    if (this.isFull && needsRoom) throw new Error("ENOSPC: no space left on device");
    change();
    await clock.sleep(halfMs);
  }

  ledgerFor(clock: ProcessClock): Ledger {
    return {
      load: async () => {
        await clock.sleep(this.#delayMs());
        // The agent wrote them itself.
        return [...this.ledger.values()].map((text) => JSON.parse(text) as ClaimEntry);
      },
      save: (entry) => {
        const text = JSON.stringify(entry);
        return this.write(clock, () => this.#isForgetful || this.ledger.set(entry.uid, text));
      },
      remove: (uid) => this.write(clock, () => this.ledger.delete(uid), false),
    };
  }

  leasesFor(clock: ProcessClock): LeaseFiles {
    return {
      path: (name) => name,
      list: async () => [...this.leases].map(([name, line]) => ({ name, line })),
      replace: (name, line) => this.write(clock, () => this.leases.set(name, line)),
      remove: (name) => this.write(clock, () => this.leases.delete(name), false),
    };
  }

  documentFor(clock: ProcessClock): DocumentFile {
    return {
      read: async () => this.#document,
      replace: (text, durable) =>
        this.write(clock, () => {
          this.#document = text;
          if (durable) this.#durableDocument = text;
        }),
    };
  }

  #delayMs(): number {
    return 1 + this.#random.next() * 3 + this.slowMs * (0.5 + this.#random.next());
  }
}
