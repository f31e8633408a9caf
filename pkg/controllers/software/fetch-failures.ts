import type { Software } from "../../api/index.ts";
import { GitError } from "../../git/index.ts";
import type { PackageOrigin } from "../../graph/index.ts";
import { StatusError } from "../../status/index.ts";
import { type FetchFailure, sourceKey } from "./origin-plan.ts";

/** Failed attempts by uid and source. Lost with the process: a restart of the server is as good a time as any to try again. */
export class FetchFailures {
  readonly #byUid = new Map<string, Map<string, FetchFailure>>();

  get({ metadata }: Software, origin: PackageOrigin): FetchFailure | undefined {
    return this.#byUid.get(metadata.uid ?? "")?.get(sourceKey(origin));
  }

  add(software: Software, origin: PackageOrigin, error: unknown, nowMs: number): void {
    const { uid = "" } = software.metadata;
    const failure: FetchFailure = {
      attempts: (this.get(software, origin)?.attempts ?? 0) + 1,
      lastMs: nowMs,
      reason: reasonOf(error),
      message: StatusError.from(error).message,
    };
    const ofSoftware = this.#byUid.get(uid) ?? new Map<string, FetchFailure>();
    this.#byUid.set(uid, ofSoftware.set(sourceKey(origin), failure));
  }

  succeeded({ metadata }: Software, origin: PackageOrigin): void {
    this.#byUid.get(metadata.uid ?? "")?.delete(sourceKey(origin));
  }

  forget(uid: string): void {
    this.#byUid.delete(uid);
  }
}

/** Another content came than the one that is held to. */
export class DigestMismatch extends Error {
  override readonly name = "DigestMismatch";
}

function reasonOf(error: unknown): FetchFailure["reason"] {
  if (error instanceof GitError) return error.reason;
  if (error instanceof DigestMismatch) return "DigestMismatch";
  return StatusError.from(error).reason === "Forbidden" ? "Forbidden" : "FetchFailed";
}
