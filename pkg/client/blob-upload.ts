import type { Readable } from "node:stream";
import { type Clock, sleep } from "../clock/index.ts";
import { StatusError } from "../status/index.ts";
import { readBody, statusErrorOf } from "./response-body.ts";
import type { StreamTransport } from "./stream-transport.ts";

export interface BlobUpload {
  readonly namespace: string;
  /** "sha256:HEX" of all the bytes. */
  readonly digest: string;
  readonly size: number;
  /** Opens the bytes from an offset on. Called again after each interruption. */
  readonly open: (offset: number) => Readable;
  /** Bytes that the server has, or that are on their way to it. */
  readonly onProgress?: (bytes: number) => void;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Interruptions in a row without a byte of progress after which the upload fails. */
const maxInterruptions = 5;
const retryMs = 500;

/**
 * Sends a package unless the server has it, and goes on after an interruption from where the server is.
 * HEAD …/blobs/DIGEST → 200 (x-complete: true | false, content-length: bytes there) or 404;
 * PUT …/blobs/DIGEST?offset=N&total=N → 201 complete, 202 more expected, 409 where offset is not what is there.
 */
export async function uploadBlob(transport: StreamTransport, upload: BlobUpload): Promise<void> {
  const path = `/apis/plush.dev/v1/namespaces/${encodeURIComponent(upload.namespace)}/blobs/${upload.digest}`;
  const signal = upload.signal === undefined ? {} : { signal: upload.signal };
  let reached = -1;
  for (let interruptions = 0; ; interruptions++) {
    try {
      const there = await position(transport, path, signal);
      if (there === "complete") break;
      if (there > reached) interruptions = 0;
      reached = there;
      if (await send(transport, path, upload, there)) break;
    } catch (caught) {
      upload.signal?.throwIfAborted();
      const error = StatusError.from(caught);
      if (!error.retryable || interruptions >= maxInterruptions) throw error;
      await sleep(upload.clock, retryMs, upload.signal);
    }
  }
  upload.onProgress?.(upload.size);
}

async function position(
  transport: StreamTransport,
  path: string,
  signal: { readonly signal?: AbortSignal },
): Promise<number | "complete"> {
  const response = await transport.request({ method: "HEAD", path, ...signal });
  const body = await readBody(response.body);
  if (response.status === 404) return 0;
  if (response.status >= 300) throw statusErrorOf(response.status, body);
  return response.headers["x-complete"] === "true" ? "complete" : Number(response.headers["content-length"] ?? 0);
}

/** True where the server has it all now. */
async function send(transport: StreamTransport, path: string, upload: BlobUpload, offset: number): Promise<boolean> {
  const body = upload.open(offset);
  let sent = offset;
  body.on("data", (chunk: Uint8Array) => {
    sent += chunk.length;
    upload.onProgress?.(sent);
  });
  // The listener has set the stream flowing: it must wait for the connection that it is piped into.
  body.pause();
  const response = await transport.request({
    method: "PUT",
    path: `${path}?offset=${offset}&total=${upload.size}`,
    headers: { "content-type": "application/octet-stream", "content-length": String(upload.size - offset) },
    body,
    ...(upload.signal !== undefined && { signal: upload.signal }),
  });
  const text = await readBody(response.body);
  if (response.status === 201 || response.status === 200) return true;
  if (response.status === 202 || response.status === 409) return false;
  throw statusErrorOf(response.status, text);
}
