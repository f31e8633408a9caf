import { crc32 } from "node:zlib";
import { damage } from "./database-fault.ts";

/** What tells that a row of the log is as it was written: a disk may change a byte of a page and say nothing. */
export function rowSum(key: string, revision: number, value: string | null): number {
  return crc32(value ?? "", crc32(`${revision} ${key}\n`));
}

/** Throws where a row is not what was written. Rows of older versions have no sum. */
export function checkRow(key: string, revision: number, value: string | null, sum: number | null): void {
  if (sum === null || sum === rowSum(key, revision, value)) return;
  throw damage(`${key} at revision ${revision} is not what was written`);
}
