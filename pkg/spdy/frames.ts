/** Frames of SPDY/3.1 (draft-mbelshe-httpbis-spdy-00, 2.2 and 2.6). Header blocks are packed here. */
export type SpdyFrame =
  | { readonly type: "data"; readonly stream: number; readonly isLast: boolean; readonly data: Uint8Array }
  | { readonly type: "synStream"; readonly stream: number; readonly isLast: boolean; readonly headers: Uint8Array }
  | { readonly type: "synReply"; readonly stream: number; readonly isLast: boolean; readonly headers: Uint8Array }
  | { readonly type: "headers"; readonly stream: number; readonly isLast: boolean; readonly headers: Uint8Array }
  | { readonly type: "reset"; readonly stream: number; readonly status: number }
  | { readonly type: "settings" }
  | { readonly type: "ping"; readonly id: number }
  | { readonly type: "goAway"; readonly lastStream: number; readonly status: number }
  | { readonly type: "windowUpdate"; readonly stream: number; readonly delta: number };

/** Status of a reset. */
export const resetStatus = { protocolError: 1, invalidStream: 2, refusedStream: 3, cancel: 5 } as const;

const version = 3;
const headBytes = 8;
const flagLast = 1;
const controlTypes = {
  synStream: 1,
  synReply: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;
const streamMask = 0x7fffffff;
/** The format could say 16 MiB; no peer sends more at once than its copy buffer holds. */
const maxFrameBytes = 1 << 20;

export function encodeFrame(frame: SpdyFrame): Buffer {
  switch (frame.type) {
    case "data":
      return dataFrame(frame);
    case "synStream":
      // Associated stream, priority and slot are 0.
      return controlFrame(frame, [numbers(frame.stream, 0), Buffer.alloc(2), frame.headers], frame.isLast);
    case "synReply":
    case "headers":
      return controlFrame(frame, [numbers(frame.stream), frame.headers], frame.isLast);
    case "reset":
      return controlFrame(frame, [numbers(frame.stream, frame.status)]);
    case "settings":
      return controlFrame(frame, [numbers(0)]);
    case "ping":
      return controlFrame(frame, [numbers(frame.id)]);
    case "goAway":
      return controlFrame(frame, [numbers(frame.lastStream, frame.status)]);
    case "windowUpdate":
      return controlFrame(frame, [numbers(frame.stream, frame.delta)]);
  }
}

/** Cuts a byte stream into frames; feed it chunks of any size. Throws at what is no SPDY/3. */
export class FrameReader {
  #parts: Buffer[] = [];
  #size = 0;

  push(chunk: Uint8Array): SpdyFrame[] {
    this.#parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#size += chunk.length;
    const frames: SpdyFrame[] = [];
    for (let bytes = this.#take(); bytes !== undefined; bytes = this.#take()) {
      const frame = decodeFrame(bytes);
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  }

  /** The bytes of the next frame where they are all there. */
  #take(): Buffer | undefined {
    if (this.#size < headBytes) return undefined;
    const head = this.#join(headBytes);
    const length = head.readUIntBE(5, 3);
    if (length > maxFrameBytes) throw new Error(`frame of ${length} bytes is larger than ${maxFrameBytes}`);
    const size = headBytes + length;
    if (this.#size < size) return undefined;
    const bytes = this.#join(size);
    this.#parts[0] = bytes.subarray(size);
    this.#size -= size;
    return bytes.subarray(0, size);
  }

  /** The first part, made long enough: small chunks are put together once, not each time that one comes. */
  #join(size: number): Buffer {
    const [first] = this.#parts;
    if (first !== undefined && first.length >= size) return first;
    const all = Buffer.concat(this.#parts);
    this.#parts = [all];
    return all;
  }
}

/** Undefined for kinds of frames that say nothing to us. */
function decodeFrame(bytes: Buffer): SpdyFrame | undefined {
  const first = bytes.readUInt32BE(0);
  const isLast = ((bytes[4] ?? 0) & flagLast) !== 0;
  const body = bytes.subarray(headBytes);
  if (first < 0x80000000) return { type: "data", stream: first, isLast, data: body };
  const found = (first >>> 16) & 0x7fff;
  if (found !== version) throw new Error(`frame of SPDY version ${found}, not ${version}`);
  const type = first & 0xffff;
  switch (type) {
    case controlTypes.synStream:
      return { type: "synStream", stream: streamOf(body), isLast, headers: body.subarray(10) };
    case controlTypes.synReply:
      return { type: "synReply", stream: streamOf(body), isLast, headers: body.subarray(4) };
    case controlTypes.headers:
      return { type: "headers", stream: streamOf(body), isLast, headers: body.subarray(4) };
    case controlTypes.reset:
      return { type: "reset", stream: streamOf(body), status: numberAt(body, 4) };
    case controlTypes.settings:
      return { type: "settings" };
    case controlTypes.ping:
      return { type: "ping", id: numberAt(body, 0) };
    case controlTypes.goAway:
      return { type: "goAway", lastStream: streamOf(body), status: numberAt(body, 4) };
    case controlTypes.windowUpdate:
      return { type: "windowUpdate", stream: streamOf(body), delta: numberAt(body, 4) };
    default:
      return undefined;
  }
}

function streamOf(body: Buffer): number {
  return numberAt(body, 0) & streamMask;
}

function numberAt(body: Buffer, offset: number): number {
  if (body.length < offset + 4) throw new Error("frame is cut short");
  return body.readUInt32BE(offset);
}

function dataFrame(frame: Extract<SpdyFrame, { type: "data" }>): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32BE(frame.stream);
  head[4] = frame.isLast ? flagLast : 0;
  head.writeUIntBE(frame.data.length, 5, 3);
  return Buffer.concat([head, frame.data]);
}

function controlFrame(
  { type }: { readonly type: keyof typeof controlTypes },
  body: readonly Uint8Array[],
  isLast = false,
): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(0x8000 | version);
  head.writeUInt16BE(controlTypes[type], 2);
  head[4] = isLast ? flagLast : 0;
  head.writeUIntBE(
    body.reduce((size, part) => size + part.length, 0),
    5,
    3,
  );
  return Buffer.concat([head, ...body]);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
