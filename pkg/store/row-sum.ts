import { crc32 } from "node:zlib";
import { damage } from "./database-fault.ts";

/** What tells that a row of the log is as it was written: a disk may change a byte of a page and say nothing. */
export function rowSum(key: string, revision: number, value: string | null): number {
  return crc32(value ?? "", crc32(`${revision} ${key}\n`));
}

/**
 * Throws where a row is not what was written. A changed byte may make a number or a blob of a text, which SQLite gives
 * as it finds it. Rows of older versions have no sum.
 */
export function checkRow(key: unknown, revision: unknown, value: unknown, sum: number | null): void {
  const hasTypes =
    typeof key === "string" && typeof revision === "number" && (value === null || typeof value === "string");
  if (hasTypes && (sum === null || sum === rowSum(key, revision, value))) return;
  throw damage(`${String(key)} at revision ${String(revision)} is not what was written`);
}
