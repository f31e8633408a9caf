import type { Writable } from "node:stream";

/** Resolves when a stream takes more, or is over. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    if (stream.destroyed) resolve();
    else stream.once("drain", done).once("close", done);
  });
}
