import { hasCode } from "../error-code.ts";

/** Why a package cannot be installed: CamelCase for machines, the rest for people. */
export class InstallError extends Error {
  override readonly name = "InstallError";
  readonly reason:
    | "UnsafeArchive"
    | "DiskFull"
    | "UnpackFailed"
    | "InstallFailed"
    | "CheckFailed"
    | "NeedsRoot"
    | "PackageConflict";
  /** The last lines that the failing command printed. */
  readonly output: string | undefined;

  constructor(reason: InstallError["reason"], message: string, output?: string) {
    super(message);
    this.reason = reason;
    this.output = output;
  }

  /** Makes one of whatever went wrong while unpacking. */
  static from(error: unknown): InstallError {
    if (error instanceof InstallError) return error;
    const message = error instanceof Error ? error.message : String(error);
    const isFull = hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT");
    return new InstallError(isFull ? "DiskFull" : "UnpackFailed", message);
  }
}
