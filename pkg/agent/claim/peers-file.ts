import { peersText } from "../environment/process-environment.ts";
import { hasCode } from "../error-code.ts";
import type { ClaimEntry } from "../ledger/entry.ts";
import { isRemoved } from "../plan-order.ts";
import { writePeers } from "./claim-directory.ts";
import type { ClaimTasksOptions } from "./task-input.ts";

/** Keeps the peers file of a claim as its latest order has it, from the first run or package on. */
export class PeersFile {
  readonly #options: ClaimTasksOptions;
  #written = "";
  #isWriting = false;

  constructor(options: ClaimTasksOptions) {
    this.#options = options;
  }

  follow(entry: ClaimEntry | undefined): void {
    if (entry === undefined || !hasDirectory(entry) || this.#isWriting) return;
    const text = peersText(entry.order);
    if (text === this.#written) return;
    this.#isWriting = true;
    const { context, wake } = this.#options;
    writePeers(context, entry).then(
      () => {
        this.#written = text;
        this.#isWriting = false;
        // The order may have changed meanwhile.
        wake();
      },
      (error: unknown) => {
        this.#isWriting = false;
        // The first start is just making the directory, and writes the file itself.
        if (hasCode(error, "ENOENT")) return;
        context.ports.log.warn({ claim: entry.uid, error: String(error) }, "peers file could not be written");
      },
    );
  }
}

/** Before its first run the claim's directory is made together with the file. */
function hasDirectory(entry: ClaimEntry): boolean {
  if (isRemoved(entry) || entry.removal !== undefined) return false;
  return Object.values(entry.processes).some(({ run }) => run !== undefined && run.end?.kind !== "refused");
}
