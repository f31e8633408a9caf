import type { IncomingMessage } from "node:http";
import { StatusError } from "../../status/index.ts";

/** Reads a body whole; undefined where there is none. Rejects with RequestEntityTooLarge, or where the client goes. */
export function readWhole(request: IncomingMessage, maxBytes: number): Promise<Uint8Array | undefined> | undefined {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (length === undefined ? encoding === undefined : length === "0") return undefined;
  if (Number(length) > maxBytes) return Promise.reject(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= maxBytes) return;
      request.removeAllListeners("data").pause();
      reject(tooLarge(maxBytes));
    });
    request.once("end", () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.once("error", (error) => reject(new StatusError("BadRequest", "the body was cut off", { cause: error })));
  });
}

function tooLarge(maxBytes: number): StatusError {
  return new StatusError("RequestEntityTooLarge", `the body is larger than ${maxBytes / 1024 / 1024} MiB`);
}
