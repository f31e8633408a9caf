import { type ClaimEntry, runName } from "../ledger/entry.ts";
import type { ClaimTasksOptions } from "./task-input.ts";

/** Has the logs of exactly those runs looked after that have not ended. */
export class LogWatch {
  readonly #options: ClaimTasksOptions;
  #kept: ReadonlySet<string> = new Set();

  constructor(options: ClaimTasksOptions) {
    this.#options = options;
  }

  follow(entry: ClaimEntry | undefined): void {
    const { logs, layout } = this.#options.context;
    const kept = new Set<string>();
    for (const [uid, { run, order }] of Object.entries(entry?.processes ?? {})) {
      if (run === undefined || run.end !== undefined) continue;
      const path = layout.claim(this.#options.uid).log(uid, runName(run));
      logs.keep(path, { ...order.log, ...(order.streams !== undefined && { streams: order.streams }) });
      kept.add(path);
    }
    for (const path of this.#kept) if (!kept.has(path)) logs.release(path);
    this.#kept = kept;
  }
}
