import { StatusError } from "../status/index.ts";

/** What a full disk needs until somebody has made room. */
const retryAfterSeconds = 5;

const sentences: Readonly<Record<string, string>> = {
  ENOSPC: "its disk is full; make room, nothing else is needed",
  EDQUOT: "its user's quota is used up; make room, nothing else is needed",
  EROFS: "its file system is read-only; make it writable, nothing else is needed",
  EIO: "its disk fails (input/output error)",
};

/** Wording for a disk that takes no writes: which file, and what to do. Other errors are as in `StatusError.from`. */
export function toDiskStatus(path: string, error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const sentence = sentences[code];
  if (sentence === undefined) return StatusError.from(error);
  return new StatusError("ServiceUnavailable", `${path} cannot be written: ${sentence}`, {
    cause: error,
    details: { retryAfterSeconds },
  });
}
