import type { FailureReason } from "./sync-failure.ts";

/** What is known of an attempt to reach a repository that failed. */
export interface FetchFault {
  /** The reason of a StatusError, or of a GitError. */
  readonly reason: string;
  readonly message: string;
}

/** git says in words alone what was wrong. */
const words: readonly (readonly [RegExp, FailureReason])[] = [
  [
    /Authentication failed|could not read (Username|Password)|Permission denied|Host key verification failed|error: 40[13]\b|incorrect passphrase|invalid format/i,
    "AuthenticationFailed",
  ],
  [
    /repository .*not found|does not exist|does not appear to be a git repository|error: 404\b|not found$/i,
    "RepositoryNotFound",
  ],
];

const byReason: Readonly<Record<string, FailureReason>> = {
  Forbidden: "Forbidden",
  GitMissing: "GitMissing",
  RefNotFound: "RefNotFound",
  RequestEntityTooLarge: "TooLarge",
  Timeout: "Timeout",
};

/** Names what went wrong, so that a person knows what to mend. */
export function fetchReason({ reason, message }: FetchFault): FailureReason {
  return byReason[reason] ?? words.find(([pattern]) => pattern.test(message))?.[1] ?? "FetchFailed";
}
