import { faultText, type ManifestFault } from "../../manifests/index.ts";

/** Why a commit is not applied, or not as a whole: reasons of the condition Ready. */
export type FailureReason =
  | "ReferenceNotFound"
  | "GitMissing"
  | "Forbidden"
  | "AuthenticationFailed"
  | "RepositoryNotFound"
  | "RefNotFound"
  | "FetchFailed"
  | "TooLarge"
  | "Timeout"
  | "VerificationFailed"
  | "PathNotFound"
  | "NoManifests"
  | "InvalidManifests"
  | "Refused"
  | "OwnedByAnother"
  | "ApplyFailed"
  | "PruneFailed";

export class SyncFailure extends Error {
  override readonly name = "SyncFailure";
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** So many faults are told; who mends these sees the others. */
const maxFaults = 10;

/** Nothing of a set with faults is applied. */
export function faultsFailure(reason: FailureReason, faults: readonly ManifestFault[]): SyncFailure {
  const lines = faults.slice(0, maxFaults).map((fault) => shortened(faultText(fault)));
  const more = faults.length > maxFaults ? [`and ${faults.length - maxFaults} more`] : [];
  return new SyncFailure(reason, [...lines, ...more].join("\n"));
}

const maxLine = 400;

function shortened(text: string): string {
  return text.length > maxLine ? `${text.slice(0, maxLine)}…` : text;
}
