import type { Duplex } from "node:stream";
import { type ExecRequest, encodeFrame, type Frame, FrameDecoder, maxFrameBytes } from "../protocol/index.ts";
import { bodyChunks } from "./response-body.ts";
import type { StreamTransport } from "./stream-transport.ts";

/** A command that runs on a machine; frames as pkg/protocol describes them. */
export interface ExecStream {
  /** Resolves when the bytes have been taken; longer payloads are cut into frames. */
  send(channel: number, payload: Uint8Array): Promise<void>;
  /** Ends with the connection. */
  frames(): AsyncIterable<Frame>;
  close(): void;
}

/** Leaves room for the frame's header and for implementations that count it. */
const chunkBytes = Math.min(64 * 1024, maxFrameBytes);

/** GET on an exec subresource, upgraded to plush-exec. Rejects with the server's StatusError where it refuses. */
export async function openExec(
  transport: StreamTransport,
  path: string,
  request: ExecRequest,
  signal?: AbortSignal,
): Promise<ExecStream> {
  const header = Buffer.from(JSON.stringify(request)).toString("base64url");
  const headers = { "x-exec": header };
  const socket = await transport.upgrade(
    { method: "GET", path, headers, ...(signal !== undefined && { signal }) },
    "plush-exec",
  );
  return {
    async send(channel, payload) {
      let start = 0;
      do {
        await write(socket, encodeFrame(channel, payload.subarray(start, start + chunkBytes)));
        start += chunkBytes;
      } while (start < payload.length);
    },
    async *frames() {
      const decoder = new FrameDecoder();
      for await (const chunk of bodyChunks(socket)) yield* decoder.push(chunk);
    },
    close: () => socket.destroy(),
  };
}

function write(socket: Duplex, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
