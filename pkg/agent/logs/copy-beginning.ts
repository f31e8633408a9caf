import { createReadStream, createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/** Makes a file of the first bytes of another. */
export async function copyBeginning(from: string, to: string, bytes: number): Promise<void> {
  if (bytes === 0) return writeFile(to, "", { mode: 0o600 });
  await pipeline(createReadStream(from, { end: bytes - 1 }), createWriteStream(to, { mode: 0o600 }));
}
