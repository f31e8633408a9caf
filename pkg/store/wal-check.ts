import { closeSync, openSync, readSync, statSync } from "node:fs";

const headerLength = 32;
const frameHeaderLength = 24;
/** The last bit says in which order the bytes of the sums' words stand. */
const magic = 0x377f_0682;

interface Sum {
  readonly s0: number;
  readonly s1: number;
}

interface Frame {
  readonly salts: string;
  readonly endsTransaction: boolean;
  readonly stored: Sum;
  /** Of this frame, in a log whose frame before had this sum. */
  after(before: Sum): Sum;
}

/**
 * Says what is wrong with a write-ahead log whose acknowledged part is damaged; undefined where nothing is. SQLite reads
 * such a log up to the first frame whose sum is wrong, and forgets the rest in silence: right for the end that a power loss
 * has torn, and a loss of commits anywhere else. A transaction is synced before the next one begins; so a tear has at most
 * the end of one transaction behind it. Where frames of another one follow it, which continue each other's sums, it is none.
 */
export function damageIn(file: string): string | undefined {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < headerLength + frameHeaderLength) return undefined;
  const descriptor = openSync(file, "r");
  try {
    return damageInLog(new LogFile(descriptor, size));
  } finally {
    closeSync(descriptor);
  }
}

function damageInLog(log: LogFile): string | undefined {
  // It is synced before the first frame is written.
  if (!log.isHeaderGood) return "its header is wrong";
  let sum = log.headerSum;
  for (let index = 0; index < log.frames; index++) {
    const frame = log.frame(index);
    const next = frame.after(sum);
    if (frame.salts !== log.salts || !isSame(next, frame.stored))
      return hasLaterTransaction(log, index) ? `frame ${index} is wrong, and commits follow it` : undefined;
    sum = next;
  }
  return undefined;
}

/** Whether behind a frame that is wrong one transaction has ended and another one begun. */
function hasLaterTransaction(log: LogFile, wrong: number): boolean {
  let before = log.frame(wrong);
  for (let index = wrong + 1; index < log.frames; index++) {
    const frame = log.frame(index);
    if (frame.salts !== log.salts) return false;
    const continues = isSame(frame.after(before.stored), frame.stored);
    if (continues && before.endsTransaction) return true;
    // The sum that the wrong frame holds may be what is wrong: then the one after it does not continue it.
    if (!continues && index > wrong + 1) return false;
    before = frame;
  }
  return false;
}

function isSame(a: Sum, b: Sum): boolean {
  return a.s0 === b.s0 && a.s1 === b.s1;
}

class LogFile {
  readonly #descriptor: number;
  readonly #header: Buffer;
  readonly #frameLength: number;
  readonly #isLittleEndian: boolean;
  readonly frames: number;

  constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor;
    this.#header = this.#read(0, headerLength);
    this.#isLittleEndian = this.#header.readUInt32BE(0) === magic;
    this.#frameLength = frameHeaderLength + this.#header.readUInt32BE(8);
    this.frames = Math.floor((size - headerLength) / this.#frameLength);
  }

  get isHeaderGood(): boolean {
    const kind = this.#header.readUInt32BE(0);
    const sum = addTo({ s0: 0, s1: 0 }, this.#header.subarray(0, 24), this.#isLittleEndian);
    return (kind === magic || kind === magic + 1) && isSame(sum, this.headerSum);
  }

  get headerSum(): Sum {
    return { s0: this.#header.readUInt32BE(24), s1: this.#header.readUInt32BE(28) };
  }

  get salts(): string {
    return this.#header.toString("hex", 16, 24);
  }

  frame(index: number): Frame {
    const bytes = this.#read(headerLength + index * this.#frameLength, this.#frameLength);
    return {
      salts: bytes.toString("hex", 8, 16),
      endsTransaction: bytes.readUInt32BE(4) !== 0,
      stored: { s0: bytes.readUInt32BE(16), s1: bytes.readUInt32BE(20) },
      after: (before) => {
        const first = addTo(before, bytes.subarray(0, 8), this.#isLittleEndian);
        return addTo(first, bytes.subarray(frameHeaderLength), this.#isLittleEndian);
      },
    };
  }

  #read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    readSync(this.#descriptor, bytes, 0, length, at);
    return bytes;
  }
}

/** SQLite's checksum: each pair of words is added to both halves. */
function addTo({ s0, s1 }: Sum, bytes: Buffer, isLittleEndian: boolean): Sum {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [a, b] = [s0, s1];
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + view.getUint32(at, isLittleEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, isLittleEndian) + a) >>> 0;
  }
  return { s0: a, s1: b };
}
