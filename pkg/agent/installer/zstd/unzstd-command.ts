import { pipeline } from "node:stream/promises";
import { unzstd } from "./unzstd.ts";

/** `plush-agent unzstd`: from standard input to standard output. */
export async function runUnzstd(): Promise<void> {
  // Whole when this resolves; standard output itself is not to be closed.
  await pipeline(process.stdin, unzstd, process.stdout, { end: false });
}
