import type { Located } from "../../coordinates/index.ts";

export const wordBytes = 16;
export const nonceBytes = 16;

const kinds = { question: 1, answer: 2 } as const;
const kindAt = wordBytes;
const nonceAt = kindAt + 1;
const placeAt = nonceAt + nonceBytes;
const size = placeAt + 5 * 4;
/** Of coordinates and errors: more is nonsense, and would pull machines out of the world. */
const farthestMs = 100_000;

/** A datagram between agents, as pkg/protocol/network.ts has it. */
export type Datagram =
  | { readonly kind: "question"; readonly nonce: Buffer }
  | { readonly kind: "answer"; readonly nonce: Buffer; readonly located: Located };

export function encodeDatagram(word: Buffer, datagram: Datagram): Buffer {
  const bytes = Buffer.alloc(size);
  word.copy(bytes);
  bytes.writeUInt8(kinds[datagram.kind], kindAt);
  datagram.nonce.copy(bytes, nonceAt);
  if (datagram.kind === "question") return bytes;
  const { coordinates, error } = datagram.located;
  const numbers = [coordinates.x, coordinates.y, coordinates.z, coordinates.height, error];
  for (const [at, number] of numbers.entries()) bytes.writeFloatLE(number, placeAt + at * 4);
  return bytes;
}

/** Undefined where it is none of those who know the word, or makes no sense. */
export function decodeDatagram(word: Buffer, bytes: Buffer): Datagram | undefined {
  if (bytes.length !== size || !bytes.subarray(0, wordBytes).equals(word)) return undefined;
  const nonce = bytes.subarray(nonceAt, placeAt);
  const kind = bytes.readUInt8(kindAt);
  if (kind === kinds.question) return { kind: "question", nonce };
  if (kind !== kinds.answer) return undefined;
  const number = (at: number): number => bytes.readFloatLE(placeAt + at * 4);
  const [x, y, z, height, error] = [number(0), number(1), number(2), number(3), number(4)];
  const isSound = [x, y, z, height, error].every((one) => Math.abs(one) <= farthestMs) && height >= 0 && error >= 0;
  return isSound ? { kind: "answer", nonce, located: { coordinates: { x, y, z, height }, error } } : undefined;
}
