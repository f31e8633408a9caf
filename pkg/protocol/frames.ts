/**
 * Frames of an exec stream in both directions: one byte channel, four bytes length (big endian), payload. The channel
 * numbers are those of Kubernetes' remotecommand: 0 stdin, 1 stdout, 2 stderr, 3 result (JSON ExecResult), 4 resize
 * (JSON {Width, Height}); an empty frame on channel 0 ends stdin. One is this protocol's own: 5 received
 * (a number) tells the agent how many bytes of a kept command's frames have come.
 */
export const channel = { stdin: 0, stdout: 1, stderr: 2, result: 3, resize: 4, received: 5 } as const;

export interface ExecResult {
  readonly exitCode?: number;
  readonly signal?: string;
  /** Set where the command could not be started or was timed out. */
  readonly reason?: "NotFound" | "Timeout" | "Failed";
  readonly message?: string;
}

const headerBytes = 5;
/** No frame is larger; a longer announcement is a broken peer. */
export const maxFrameBytes = 1 << 20;

export function encodeFrame(id: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(headerBytes + payload.length);
  frame[0] = id;
  new DataView(frame.buffer).setUint32(1, payload.length);
  frame.set(payload, headerBytes);
  return frame;
}

export interface Frame {
  readonly channel: number;
  readonly payload: Uint8Array;
}

/** Cuts a byte stream into frames; feed it chunks of any size. */
export class FrameDecoder {
  #rest: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array): Frame[] {
    this.#rest = this.#rest.length === 0 ? chunk : concat(this.#rest, chunk);
    const frames: Frame[] = [];
    while (this.#rest.length >= headerBytes) {
      const length = new DataView(this.#rest.buffer, this.#rest.byteOffset).getUint32(1);
      if (length > maxFrameBytes) throw new Error(`frame of ${length} bytes is larger than ${maxFrameBytes}`);
      if (this.#rest.length < headerBytes + length) break;
      frames.push({ channel: this.#rest[0] ?? 0, payload: this.#rest.subarray(headerBytes, headerBytes + length) });
      this.#rest = this.#rest.subarray(headerBytes + length);
    }
    return frames;
  }
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return joined;
}
