/** A number of 64 bits in two halves: JavaScript multiplies no whole ones, and BigInt is ten times slower. */
class Word {
  high: number;
  low: number;

  constructor(high: number, low: number) {
    this.high = high | 0;
    this.low = low | 0;
  }

  add(high: number, low: number): this {
    const sum = (this.low >>> 0) + (low >>> 0);
    this.high = (this.high + high + (sum > 0xffffffff ? 1 : 0)) | 0;
    this.low = sum | 0;
    return this;
  }

  multiply({ high, low }: Word): this {
    const a = this.low & 0xffff;
    const b = this.low >>> 16;
    const c = low & 0xffff;
    const d = low >>> 16;
    // Each sum stays below 2^53, where numbers are exact.
    const middle = a * d + b * c + Math.floor((a * c) / 0x10000);
    const carry = b * d + Math.floor(middle / 0x10000);
    this.high = (Math.imul(this.high, low) + Math.imul(this.low, high) + (carry | 0)) | 0;
    this.low = ((middle & 0xffff) << 16) | ((a * c) & 0xffff);
    return this;
  }

  /** By 1 to 31 bits to the left. */
  rotate(bits: number): this {
    const { high, low } = this;
    this.high = (high << bits) | (low >>> (32 - bits));
    this.low = (low << bits) | (high >>> (32 - bits));
    return this;
  }

  xor(high: number, low: number): this {
    this.high ^= high;
    this.low ^= low;
    return this;
  }

  /** With itself, moved by so many bits to the right. */
  fold(bits: number): this {
    const { high, low } = this;
    if (bits >= 32) return this.xor(0, high >>> (bits - 32));
    return this.xor(high >>> bits, (low >>> bits) | (high << (32 - bits)));
  }

  copy(): Word {
    return new Word(this.high, this.low);
  }
}

const prime1 = new Word(0x9e3779b1, 0x85ebca87);
const prime2 = new Word(0xc2b2ae3d, 0x27d4eb4f);
const prime3 = new Word(0x165667b1, 0x9e3779f9);
const prime4 = new Word(0x85ebca77, 0xc2b2ae63);
const prime5 = new Word(0x27d4eb2f, 0x165667c5);
const stripeBytes = 32;
const turns = [1, 7, 12, 18];

/** XXH64 with seed 0, of which Zstandard keeps the lower half as a frame's checksum. */
export class XxHash64 {
  readonly #lanes = [
    prime1.copy().add(prime2.high, prime2.low),
    prime2.copy(),
    new Word(0, 0),
    new Word(~prime1.high, ~prime1.low).add(0, 1),
  ] as const;
  #rest = Buffer.alloc(0);
  #length = 0;

  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const all = this.#rest.length === 0 ? view : Buffer.concat([this.#rest, view]);
    let at = 0;
    for (; at + stripeBytes <= all.length; at += stripeBytes) {
      for (const [index, lane] of this.#lanes.entries()) absorb(lane, all, at + index * 8);
    }
    // A copy: the caller's buffer is its own again.
    this.#rest = Buffer.from(all.subarray(at));
  }

  /** The lower 32 bits. */
  lowerHalf(): number {
    const sum = this.#merged().add(Math.floor(this.#length / 2 ** 32), this.#length);
    let at = 0;
    const rest = this.#rest;
    for (; at + 8 <= rest.length; at += 8) {
      const lane = absorb(new Word(0, 0), rest, at);
      sum.xor(lane.high, lane.low).rotate(27).multiply(prime1).add(prime4.high, prime4.low);
    }
    if (at + 4 <= rest.length) {
      const part = new Word(0, rest.readInt32LE(at)).multiply(prime1);
      sum.xor(part.high, part.low).rotate(23).multiply(prime2).add(prime3.high, prime3.low);
      at += 4;
    }
    for (; at < rest.length; at += 1) {
      const part = new Word(0, rest[at] ?? 0).multiply(prime5);
      sum.xor(part.high, part.low).rotate(11).multiply(prime1);
    }
    return sum.fold(33).multiply(prime2).fold(29).multiply(prime3).fold(32).low >>> 0;
  }

  #merged(): Word {
    if (this.#length < stripeBytes) return prime5.copy();
    const sum = new Word(0, 0);
    for (const [index, lane] of this.#lanes.entries()) {
      const turned = lane.copy().rotate(turns[index] ?? 0);
      sum.add(turned.high, turned.low);
    }
    for (const lane of this.#lanes) {
      const mixed = round(new Word(0, 0), lane.high, lane.low);
      sum.xor(mixed.high, mixed.low).multiply(prime1).add(prime4.high, prime4.low);
    }
    return sum;
  }
}

/** Eight bytes into a lane. */
function absorb(lane: Word, bytes: Buffer, at: number): Word {
  return round(lane, bytes.readInt32LE(at + 4), bytes.readInt32LE(at));
}

function round(lane: Word, high: number, low: number): Word {
  const input = new Word(high, low).multiply(prime2);
  return lane.add(input.high, input.low).rotate(31).multiply(prime1);
}
