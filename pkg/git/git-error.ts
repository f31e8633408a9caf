/** What of git is more than a failed attempt: the program itself is missing, or there is no such reference or commit. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly reason: "GitMissing" | "RefNotFound";

  constructor(reason: GitError["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
