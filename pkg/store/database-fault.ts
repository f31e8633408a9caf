import { toDiskStatus } from "../disk/index.ts";
import { StatusError } from "../status/index.ts";

const wayOut = "bring back the newest backup with: plush restore FILE (what is there is moved aside)";

/** Wording for SQLite's errors: which file, what is wrong. StatusErrors pass. */
export function translated<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw toStatus(file, error);
  }
}

export function toStatus(file: string, error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const text = error instanceof Error ? error.message : String(error);
  const unavailable = (message: string): StatusError =>
    new StatusError("ServiceUnavailable", message, { cause: error });
  if (code === "SQLITE_NOTADB")
    return unavailable(`${file} is not a Plush store, or is damaged: it is no SQLite file; ${wayOut}`);
  if (code.startsWith("SQLITE_CORRUPT")) return unavailable(damagedText(file, text));
  const errno = errnoOf(code);
  if (errno !== undefined) return toDiskStatus(file, Object.assign(new Error(`${text} (${code})`), { code: errno }));
  if (code.startsWith("SQLITE_")) return unavailable(`${file}: ${text} (${code})`);
  const status = toDiskStatus(file, error);
  return status.reason === "ServiceUnavailable" ? status : unavailable(`${file}: ${text}`);
}

/** For who starts a server on it: what is wrong, where, and the way out. */
export function damagedText(file: string, what: string): string {
  return `${file} is damaged (${what}); ${wayOut}`;
}

/** What is found by us, as SQLite tells what it finds. */
export function damage(what: string): Error {
  return Object.assign(new Error(what), { code: "SQLITE_CORRUPT" });
}

function errnoOf(code: string): string | undefined {
  // Growing the shared memory beside the log is the first that fails at a start.
  if (code === "SQLITE_FULL" || code === "SQLITE_IOERR_SHMSIZE") return "ENOSPC";
  if (code.startsWith("SQLITE_READONLY")) return "EROFS";
  return code.startsWith("SQLITE_IOERR") ? "EIO" : undefined;
}
