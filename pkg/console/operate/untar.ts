const blockBytes = 512;

/** The content of the first regular file of a tar archive; undefined where it has none. */
export async function firstFile(archive: Blob): Promise<Blob | undefined> {
  for (let at = 0; at + blockBytes <= archive.size; ) {
    const header = new Uint8Array(await archive.slice(at, at + blockBytes).arrayBuffer());
    if (header[0] === 0) return undefined;
    const size = readSize(header.subarray(124, 136));
    const start = at + blockBytes;
    const type = String.fromCharCode(header[156] ?? 0);
    // "0", and NUL as old archives have it; everything else is a folder, a link, or says something of what follows.
    if (type === "0" || type === "\0") return archive.slice(start, start + size);
    at = start + Math.ceil(size / blockBytes) * blockBytes;
  }
  return undefined;
}

/** Octal digits, or a binary number where that is too small. */
function readSize(field: Uint8Array): number {
  if (((field[0] ?? 0) & 0x80) !== 0) return field.subarray(4).reduce((size, byte) => size * 256 + byte, 0);
  return Number.parseInt(
    new TextDecoder()
      .decode(field)
      .replace(/[\0 ]+$/, "")
      .trim() || "0",
    8,
  );
}
