import type { Software, SoftwareFormat, SoftwareStatus } from "../../api/index.ts";
import { type ConditionRow, conditionsWith } from "../../controller/index.ts";

/** What is known of the world before deciding. */
export interface SoftwareObservation {
  readonly software: Software;
  /** Size of the blob that `blobOf` names; undefined where it is not there. */
  readonly blobSize: number | undefined;
  /** The last attempts to fetch that failed, where it was this very source. */
  readonly failure?: FetchFailure;
  /** What the url cannot be asked without, in words. */
  readonly missing?: string;
  readonly nowMs: number;
  readonly nowText: string;
}

export interface FetchFailure {
  readonly source: string;
  readonly attempts: number;
  readonly lastMs: number;
  readonly reason: "FetchFailed" | "DigestMismatch" | "Forbidden";
  readonly message: string;
}

export interface SoftwarePlan {
  /** Fetch this now. `digest`: what must come. */
  readonly fetch?: { readonly url: string; readonly digest?: string };
  readonly status: SoftwareStatus;
  readonly recheckAfterMs?: number;
}

/** Blobs are uploaded by other requests, of which this controller hears nothing. */
const missingBlobRecheckMs = 2000;
const firstRetryMs = 2000;
const lastRetryMs = 300_000;

/**
 * Decides what a package needs next. The digest of a url is held to once it has been seen: what came first is what every
 * machine gets, until the url or sha256 changes. While a new source is being fetched, status.digest stays the old one.
 */
export function planSoftware(observation: SoftwareObservation): SoftwarePlan {
  const { source } = observation.software.spec;
  if (source?.blob !== undefined) return planBlob(observation, source.blob);
  if (source?.url !== undefined) return planUrl(observation, source.url);
  const { digest: _digest, size: _size, ...before } = observation.software.status ?? {};
  return {
    status: settled(observation, { ...before, state: "Ready" }, "NothingToFetch", "there is nothing to fetch"),
  };
}

/** The digest whose presence matters to `planSoftware`. */
export function blobOf(software: Software): string | undefined {
  return software.spec.source?.blob ?? heldDigest(software);
}

/** What the url must give, where that is known. */
function heldDigest({ spec, status }: Software): string | undefined {
  if (spec.sha256 !== undefined) return `sha256:${spec.sha256}`;
  return status?.source === spec.source?.url ? status?.digest : undefined;
}

function planBlob(observation: SoftwareObservation, blob: string): SoftwarePlan {
  const { software, blobSize } = observation;
  const fileName = software.spec.source?.fileName;
  if (blobSize === undefined) {
    const message = `blob ${blob} has not been uploaded: apply the manifest with plush, which uploads it`;
    const status = failed(observation, { ...software.status, state: "Failed" }, "BlobMissing", message);
    return { status, recheckAfterMs: missingBlobRecheckMs };
  }
  const found = { digest: blob, size: blobSize, source: blob, ...formatOf(software, fileName) };
  return {
    status: settled(observation, { ...software.status, state: "Ready", ...found }, "Fetched", `${blobSize} bytes`),
  };
}

function planUrl(observation: SoftwareObservation, url: string): SoftwarePlan {
  const { software, blobSize, failure, missing, nowMs } = observation;
  const digest = heldDigest(software);
  if (digest !== undefined && blobSize !== undefined) {
    const found = { digest, size: blobSize, source: url, ...formatOf(software, baseName(url)) };
    const message = `${blobSize} bytes of ${url}`;
    return { status: settled(observation, { ...software.status, state: "Ready", ...found }, "Fetched", message) };
  }
  if (missing !== undefined) {
    return { status: failed(observation, { ...software.status, state: "Failed" }, "ReferenceNotFound", missing) };
  }
  if (failure !== undefined && failure.source === sourceKey(software)) {
    const waitMs = failure.lastMs + retryDelayMs(failure) - nowMs;
    if (waitMs > 0) return { status: afterFailure(observation, failure), recheckAfterMs: waitMs };
  }
  const status =
    failure === undefined
      ? progressing(observation, { ...software.status, state: "Fetching" }, `fetching ${url}`)
      : afterFailure(observation, failure);
  return { fetch: { url, ...(digest !== undefined && { digest }) }, status };
}

/** Tells sources apart: a failure counts only against the very one that failed. */
export function sourceKey({ spec }: Software): string {
  return `${spec.source?.url ?? ""} ${spec.sha256 ?? ""}`;
}

function retryDelayMs({ attempts, reason }: FetchFailure): number {
  // A refusal or wrong content seldom mends itself within seconds.
  const first = reason === "FetchFailed" ? firstRetryMs : 30_000;
  return Math.min(first * 2 ** (attempts - 1), lastRetryMs);
}

function afterFailure(observation: SoftwareObservation, failure: FetchFailure): SoftwareStatus {
  const before = { ...observation.software.status, state: "Failed" as const };
  if (failure.reason !== "FetchFailed") return failed(observation, before, failure.reason, failure.message);
  return finish(observation, before, [
    ["Ready", "False", "FetchFailed", failure.message],
    ["Reconciling", "True", "Retrying", "fetched again with growing pauses"],
    ["Stalled", "False", "NotStalled", ""],
  ]);
}

function settled(
  observation: SoftwareObservation,
  status: SoftwareStatus,
  reason: string,
  message: string,
): SoftwareStatus {
  return finish(observation, status, [
    ["Ready", "True", reason, message],
    ["Reconciling", "False", "Settled", ""],
    ["Stalled", "False", "NotStalled", ""],
  ]);
}

function failed(
  observation: SoftwareObservation,
  status: SoftwareStatus,
  reason: string,
  message: string,
): SoftwareStatus {
  return finish(observation, status, [
    ["Ready", "False", reason, message],
    ["Reconciling", "True", "Retrying", "looked at again with growing pauses"],
    ["Stalled", "True", reason, message],
  ]);
}

function progressing(observation: SoftwareObservation, status: SoftwareStatus, message: string): SoftwareStatus {
  return finish(observation, status, [
    ["Ready", "False", "Fetching", message],
    ["Reconciling", "True", "Fetching", message],
    ["Stalled", "False", "NotStalled", ""],
  ]);
}

function finish(
  observation: SoftwareObservation,
  status: SoftwareStatus,
  rows: readonly ConditionRow[],
): SoftwareStatus {
  const { software, nowText } = observation;
  const { generation } = software.metadata;
  return {
    ...status,
    ...(generation !== undefined && { observedGeneration: generation }),
    conditions: conditionsWith(software, rows, nowText),
  };
}

interface Format {
  readonly format: SoftwareFormat;
  readonly fileName?: string;
}

function formatOf(software: Software, fileName: string | undefined): Format {
  const format = software.spec.format ?? guessFormat(fileName ?? "");
  return { format, ...(fileName !== undefined && { fileName }) };
}

/** What is no archive by its name is put there as it is. */
function guessFormat(fileName: string): SoftwareFormat {
  if (/\.(tar\.gz|tgz)$/.test(fileName)) return "tar.gz";
  if (fileName.endsWith(".tar")) return "tar";
  return fileName.endsWith(".zip") ? "zip" : "file";
}

function baseName(url: string): string {
  const path = url.replace(/[?#].*$/, "").replace(/^https?:\/\/[^/]*/, "");
  return path.slice(path.lastIndexOf("/") + 1) || "download";
}
