import type { ClaimContext, RunEnd, RunObservation, RunPlace } from "../agent/index.ts";
import type { ProcessClock } from "./process-clock.ts";
import type { ProcessTable, RunRecord } from "./process-table.ts";

export interface RunWatchParts {
  readonly clock: ProcessClock;
  readonly boot: string;
  readonly table: ProcessTable;
  readonly onChange: (place: RunPlace) => void;
}

/** How one life of an agent sees runs: those that it begins, and those that an earlier agent left behind. */
export class RunWatch {
  readonly #parts: RunWatchParts;
  readonly #seen = new Map<string, RunObservation>();

  constructor(parts: RunWatchParts) {
    this.#parts = parts;
  }

  observe: ClaimContext["monitor"]["observe"] = (marker) => this.#seen.get(marker);

  adopt: ClaimContext["monitor"]["adopt"] = async (place) => {
    this.#seen.set(place.marker, { number: place.number, state: "unknown" });
    await this.#parts.clock.sleep(2);
    const record = this.#parts.table.find(place.marker);
    // What has not begun yet never will: whoever writes the record first decides.
    if (record?.state === "spawning") record.state = "void";
    this.#see(place, record);
  };

  begin(place: RunPlace): void {
    this.#seen.set(place.marker, { number: place.number, state: "spawning" });
  }

  forget(marker: string): void {
    this.#seen.delete(marker);
  }

  /** A run that is followed has changed. */
  changed(record: RunRecord): void {
    if (!this.#seen.has(record.place.marker)) return;
    this.#see(record.place, record);
    this.#parts.onChange(record.place);
  }

  #see(place: RunPlace, record: RunRecord | undefined): void {
    if (this.#seen.get(place.marker)?.state === "ended") return;
    const { number } = place;
    const end = this.#endOf(place, record);
    if (end !== undefined) this.#seen.set(place.marker, { number, state: "ended", end });
    else if (record?.state === "running") {
      const { pid, startedAt } = record;
      this.#seen.set(place.marker, { number, state: "running", pid, startedAt, limitsPartial: false });
    }
  }

  #endOf(place: RunPlace, record: RunRecord | undefined): RunEnd | undefined {
    const at = this.#parts.clock.now();
    if (record?.exit !== undefined) return { kind: "exited", ...record.exit };
    if (record?.state === "void") return { kind: "void", at };
    if (place.boot !== this.#parts.boot) return { kind: "lost", at, message: "the host was restarted" };
    return record === undefined ? { kind: "void", at } : undefined;
  }
}
