import type { Software } from "../../api/index.ts";
import { StatusError } from "../../status/index.ts";
import { type FetchFailure, sourceKey } from "./plan.ts";

/** Failed attempts by uid. Lost with the process: a restart of the server is as good a time as any to try again. */
export class FetchFailures {
  readonly #byUid = new Map<string, FetchFailure>();

  get(software: Software): FetchFailure | undefined {
    const failure = this.#byUid.get(software.metadata.uid ?? "");
    return failure?.source === sourceKey(software) ? failure : undefined;
  }

  add(software: Software, error: unknown, nowMs: number): FetchFailure {
    const { reason, message } = StatusError.from(error);
    const failure: FetchFailure = {
      source: sourceKey(software),
      attempts: (this.get(software)?.attempts ?? 0) + 1,
      lastMs: nowMs,
      reason: error instanceof DigestMismatch ? "DigestMismatch" : reason === "Forbidden" ? "Forbidden" : "FetchFailed",
      message,
    };
    this.#byUid.set(software.metadata.uid ?? "", failure);
    return failure;
  }

  forget(uid: string): void {
    this.#byUid.delete(uid);
  }
}

export class DigestMismatch extends Error {
  override readonly name = "DigestMismatch";
}
