import type { GitSource, ResolvedVariant, SoftwareFormat, SoftwareSource } from "../../api/index.ts";
import { type PackageOrigin, sourceText } from "../../graph/index.ts";

export interface FetchFailure {
  readonly attempts: number;
  readonly lastMs: number;
  readonly reason: "FetchFailed" | "DigestMismatch" | "Forbidden" | "GitMissing" | "RefNotFound";
  readonly message: string;
}

/** What is seen of one place where the package comes from. */
export interface OriginObservation {
  /** Size of the blob that `blobOf` names; undefined where it is not there. */
  readonly blobSize?: number;
  /** The last attempts to fetch that failed, where it was this very source. */
  readonly failure?: FetchFailure;
  /** What it cannot be asked for without, in words. */
  readonly missing?: string;
}

/** What is to be fetched, from one of the two. */
export interface FetchOrder {
  readonly url?: string;
  readonly git?: GitSource;
  /** What must come. */
  readonly digest?: string;
  /** The commit that is held to. */
  readonly commit?: string;
}

/** What one source needs next. */
export interface OriginPlan {
  readonly state: "Ready" | "Fetching" | "Failed";
  readonly reason: string;
  readonly message: string;
  /** Nothing but a change made by somebody mends it. */
  readonly isStalled: boolean;
  readonly resolved: ResolvedVariant;
  readonly fetch?: FetchOrder;
  readonly recheckAfterMs?: number;
}

interface OriginInput extends OriginObservation {
  readonly origin: PackageOrigin;
  readonly nowMs: number;
}

/** Blobs are uploaded by other requests, of which this controller hears nothing. */
const missingBlobRecheckMs = 2000;
const firstRetryMs = 2000;
const lastRetryMs = 300_000;

/** While a new source is being fetched, what is known of the old one stays: members keep what they have. */
export function planOrigin(input: OriginInput): OriginPlan {
  const { source, resolved } = input.origin;
  if (source?.blob !== undefined) return planBlob(input, source, source.blob);
  if (source !== undefined) return planFetched(input, source);
  const { digest: _digest, size: _size, commit: _commit, source: _source, ...rest } = resolved;
  return {
    state: "Ready",
    reason: "NothingToFetch",
    message: "there is nothing to fetch",
    isStalled: false,
    resolved: rest,
  };
}

/** The digest whose presence matters to `planOrigin`. */
export function blobOf(origin: PackageOrigin): string | undefined {
  return origin.source?.blob ?? heldDigest(origin);
}

/** Tells sources apart: a failure counts only against the very one that failed. */
export function sourceKey({ source, sha256 }: PackageOrigin): string {
  return `${source === undefined ? "" : sourceText(source)} ${sha256 ?? ""}`;
}

/** What the source must give, where that is known. */
function heldDigest(origin: PackageOrigin): string | undefined {
  return origin.sha256 !== undefined ? `sha256:${origin.sha256}` : recordedOf(origin)?.digest;
}

/** What was recorded of this very source. */
function recordedOf({ source, resolved }: PackageOrigin): ResolvedVariant | undefined {
  return source !== undefined && resolved.source === sourceText(source) ? resolved : undefined;
}

function planBlob({ origin, blobSize }: OriginInput, source: SoftwareSource, blob: string): OriginPlan {
  if (blobSize === undefined) {
    const message = `blob ${blob} has not been uploaded: apply the manifest with plush, which uploads it`;
    return { ...failed("BlobMissing", message, origin.resolved), recheckAfterMs: missingBlobRecheckMs };
  }
  const resolved = { digest: blob, size: blobSize, source: blob, ...formatOf(origin, source.fileName) };
  return { state: "Ready", reason: "Fetched", message: `${blobSize} bytes`, isStalled: false, resolved };
}

function planFetched(input: OriginInput, source: SoftwareSource): OriginPlan {
  const { origin, blobSize, missing } = input;
  const digest = heldDigest(origin);
  const commit = recordedOf(origin)?.commit;
  const isKnown = source.git === undefined || commit !== undefined;
  if (digest !== undefined && blobSize !== undefined && isKnown) {
    return fetched(origin, source, { digest, size: blobSize, ...(commit !== undefined && { commit }) });
  }
  if (missing !== undefined) return failed("ReferenceNotFound", missing, origin.resolved);
  const from = source.git === undefined ? { url: source.url ?? "" } : { git: source.git };
  return planFetch(input, {
    ...from,
    ...(digest !== undefined && { digest }),
    ...(commit !== undefined && { commit }),
  });
}

function fetched(
  origin: PackageOrigin,
  source: SoftwareSource,
  found: Pick<ResolvedVariant, "digest" | "size" | "commit">,
): OriginPlan {
  const { git, url = "" } = source;
  const archive = git === undefined ? formatOf(origin, baseName(url)) : ({ format: "tar" } as const);
  const from = git === undefined ? url : `${git.url} at ${found.commit}`;
  return {
    state: "Ready",
    reason: "Fetched",
    message: `${found.size} bytes of ${from}`,
    isStalled: false,
    resolved: { ...found, source: sourceText(source), ...archive },
  };
}

function planFetch({ origin, failure, nowMs }: OriginInput, fetch: FetchOrder): OriginPlan {
  const { resolved } = origin;
  if (failure === undefined) {
    const message = `fetching ${fetch.url ?? fetch.git?.url}`;
    return { state: "Fetching", reason: "Fetching", message, isStalled: false, resolved, fetch };
  }
  const { reason, message } = failure;
  const after = { ...failed(reason, message, resolved), isStalled: reason !== "FetchFailed" };
  const waitMs = failure.lastMs + retryDelayMs(failure) - nowMs;
  return waitMs > 0 ? { ...after, recheckAfterMs: waitMs } : { ...after, fetch };
}

function retryDelayMs({ attempts, reason }: FetchFailure): number {
  // A refusal or wrong content seldom mends itself within seconds.
  const first = reason === "FetchFailed" ? firstRetryMs : 30_000;
  return Math.min(first * 2 ** (attempts - 1), lastRetryMs);
}

function failed(reason: string, message: string, resolved: ResolvedVariant): OriginPlan {
  return { state: "Failed", reason, message, isStalled: true, resolved };
}

interface Format {
  readonly format: SoftwareFormat;
  readonly fileName?: string;
}

function formatOf(origin: PackageOrigin, fileName: string | undefined): Format {
  const format = origin.format ?? guessFormat(fileName ?? "");
  return { format, ...(fileName !== undefined && { fileName }) };
}

/** What is no archive by its name is put there as it is. */
function guessFormat(fileName: string): SoftwareFormat {
  if (/\.(tar\.gz|tgz)$/.test(fileName)) return "tar.gz";
  if (/\.(tar\.zst|tzst)$/.test(fileName)) return "tar.zst";
  return byEnding.find((ending) => fileName.endsWith(`.${ending}`)) ?? "file";
}

const byEnding = ["tar", "zip", "deb", "rpm"] as const;

function baseName(url: string): string {
  const path = url.replace(/[?#].*$/, "").replace(/^https?:\/\/[^/]*/, "");
  return path.slice(path.lastIndexOf("/") + 1) || "download";
}
