import { type Frame, maxFrameBytes } from "./frames.ts";

/**
 * Frames of the request that carries commands without input, in both directions, for all of them that one connection asks
 * for: as an exec stream's (see frames.ts), whose payload begins with the command's number on it, four bytes, chosen by
 * the server. From the server: 0 start (JSON ExecRequest with `kept`), 1 received (a number: so many bytes of its frames
 * have come), 2 cancel. From the agent: 3 frames (bytes of the command's own frames), 4 apart (it has more to say than is
 * said here: the rest is to be asked for by POST /v1/exec), 5 refused (JSON Status: it is not begun).
 */
export const laneChannel = { start: 0, received: 1, cancel: 2, frames: 3, apart: 4, refused: 5 } as const;

/** What one command says here at most: the rest has a request of its own, where it holds up nobody. */
export const laneAnswerBytes = 32 << 10;

const numberBytes = 4;
const headerBytes = 5 + numberBytes;

/** What a command may take that is started here; a larger one has a request of its own. */
export const laneStartBytes = maxFrameBytes - numberBytes;

export interface LaneMessage {
  /** Of laneChannel. */
  readonly channel: number;
  readonly command: number;
  readonly payload: Uint8Array;
}

export function encodeLane(id: number, command: number, payload: Uint8Array = nothing): Uint8Array {
  const bytes = new Uint8Array(headerBytes + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = id;
  view.setUint32(1, numberBytes + payload.length);
  view.setUint32(headerBytes - numberBytes, command);
  bytes.set(payload, headerBytes);
  return bytes;
}

/** Throws where it is none. */
export function laneMessage({ channel, payload }: Frame): LaneMessage {
  if (payload.length < numberBytes) throw new Error("a frame without the number of its command");
  const command = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
  return { channel, command, payload: payload.subarray(numberBytes) };
}

const nothing = new Uint8Array(0);
