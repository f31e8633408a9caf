import type { PackageFailure } from "../../protocol/index.ts";

/**
 * Why a source did not give a package. Busy, Absent and Behind, which is slow because the package comes slowly to the source
 * itself, say nothing against it.
 */
export type SourceReason = PackageFailure["reason"] | "Busy" | "Absent" | "Behind";

export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly reason: SourceReason;

  constructor(reason: SourceReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
