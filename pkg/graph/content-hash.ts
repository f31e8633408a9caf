/**
 * 16 hex digits that are equal for equal content, whatever the order of object keys; undefined fields count as absent.
 * 64-bit FNV-1a: tells versions of one template apart, and is no protection against somebody who seeks a collision.
 */
export function contentHash(value: unknown): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  const text = canonicalJson(value);
  // Nothing is called in this loop and nothing captured by it: whole documents are hashed, at every change of a peer.
  for (let index = 0; index < text.length; index++) {
    for (let rest = text.charCodeAt(index); ; rest >>>= 8) {
      low = (low ^ (rest & 0xff)) >>> 0;
      // × 0x100000001b3: the product with 0x1b3 fits a double, the 2^40 part moves `low` up by eight bits.
      const product = low * 0x1b3;
      high = (Math.imul(high, 0x1b3) + ((product / 2 ** 32) >>> 0) + (low << 8)) >>> 0;
      low = product >>> 0;
      if (rest <= 0xff) break;
    }
  }
  return hex(high) + hex(low);
}

/** JSON with sorted keys. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
    return `{${fields.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}
