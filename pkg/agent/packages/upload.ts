import type { TLSSocket } from "node:tls";
import type { Clock } from "../../clock/index.ts";
import type { PackageAnswer } from "../../protocol/index.ts";
import type { BlobReader } from "../blobs/blob-reader.ts";
import type { Throttle } from "./throttle.ts";

const writeBytes = 256 << 10;
/** Who does not read for so long has gone, or should ask anew. */
const patienceMs = 30_000;

export interface UploadOptions {
  readonly clock: Clock;
  readonly offset: number;
  readonly throttle: Throttle | undefined;
  readonly signal: AbortSignal;
}

/** Gives a package from an offset on, as far as it comes. */
export async function upload(socket: TLSSocket, reader: BlobReader, options: UploadOptions): Promise<void> {
  const { clock, offset, throttle } = options;
  const gone = new AbortController();
  const signal = AbortSignal.any([options.signal, gone.signal]);
  if (socket.destroyed) return;
  socket.once("close", () => gone.abort());
  const answer: PackageAnswer = { status: 200, size: reader.size, complete: reader.complete };
  socket.write(`${JSON.stringify(answer)}\n`);
  const buffer = Buffer.allocUnsafeSlow(Math.min(writeBytes, reader.size) || 1);
  for (let position = offset; position < reader.size; ) {
    await reader.grown(position, signal);
    const count = Math.min(buffer.length, reader.bytes - position);
    // Nothing more comes to this machine either: who waits is better off with another one.
    if (count <= 0 || signal.aborted) return;
    const bytes = buffer.subarray(0, count);
    await reader.read(bytes, position);
    await throttle?.take(count, signal);
    await written(socket, bytes, { clock, signal });
    position += count;
  }
}

/** Resolves when the buffer may be used again. */
function written(
  socket: TLSSocket,
  bytes: Buffer,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(patienceMs, () => socket.destroy());
    const settle = (): void => {
      cancel();
      signal.removeEventListener("abort", onAbort);
    };
    const onAbort = (): void => {
      settle();
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    socket.write(bytes, (error) => {
      settle();
      if (error) reject(error);
      else resolve();
    });
    if (signal.aborted) onAbort();
  });
}
