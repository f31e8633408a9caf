/** The command line itself is wrong: exit code 2, and a hint at --help. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Something went wrong and has been said already: only the exit code is left. */
export class Failed extends Error {
  override readonly name = "Failed";
  readonly exitCode: number;

  constructor(exitCode = 1) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}
