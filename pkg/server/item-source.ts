import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { matchesPath, parsePattern } from "../archive/index.ts";
import type { BlobStore } from "../blobs/index.ts";
import type { ItemSource } from "../controllers/work/index.ts";
import { StatusError } from "../status/index.ts";

const maxTextBytes = 64 << 20;
/** Unpacked: what is more is no archive of files to work on, but a bomb. */
const maxArchiveBytes = 64 * 2 ** 30;
const maxFiles = 200_000;

/** Items out of texts and archives that were uploaded. */
export function makeItemSource(blobs: Pick<BlobStore, "open">): ItemSource {
  return {
    async lines(digest) {
      const { stream, size } = await openBlob(digest, blobs);
      if (size > maxTextBytes) {
        stream.destroy();
        throw new StatusError("BadRequest", `${digest} has ${size} bytes; a text of items may have ${maxTextBytes}`);
      }
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const lines = Buffer.concat(chunks).toString("utf8").split(/\r?\n/);
      return lines.filter((line) => line !== "");
    },
    async files(digest, glob) {
      const { stream } = await openBlob(digest, blobs);
      const pattern = parsePattern(glob);
      const names = await filesOf(stream).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new StatusError("BadRequest", `${digest} is no tar or tar.gz: ${why}`, { cause: error });
      });
      return names.filter((name) => matchesPath(pattern, name)).sort();
    },
  };
}

async function openBlob(digest: string, blobs: Pick<BlobStore, "open">) {
  const blob = await blobs.open(digest, 0);
  if (blob === undefined)
    throw new StatusError("NotFound", `the items are to be made from ${digest}, which is not there`);
  return blob;
}

/** Paths of the regular files of an archive; gzip tells itself by its first bytes. */
async function filesOf(stream: Readable): Promise<readonly string[]> {
  const names = new Set<string>();
  const unpacker = extract();
  unpacker.on("entry", ({ name, type }, content, next) => {
    if (type === "file" || type === "contiguous-file") names.add(name.replace(/^(\.\/)+/, ""));
    if (names.size > maxFiles) unpacker.destroy(new Error(`it has more than ${maxFiles} files`));
    content.on("end", next);
    content.resume();
  });
  const [first, whole] = await peek(stream);
  let bytes = 0;
  const counted = async function* (source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > maxArchiveBytes) throw new Error("it is too large");
      yield chunk;
    }
  };
  if (first[0] === 0x1f && first[1] === 0x8b) await pipeline(whole, createGunzip(), counted, unpacker);
  else await pipeline(whole, counted, unpacker);
  return [...names];
}

/** The first bytes of a stream, and all of it. */
async function peek(stream: Readable): Promise<readonly [Buffer, AsyncGenerator<Buffer>]> {
  const chunks = stream[Symbol.asyncIterator]();
  const first = await chunks.next();
  const head = first.done ? Buffer.alloc(0) : (first.value as Buffer);
  const whole = async function* () {
    yield head;
    for (;;) {
      const next = await chunks.next();
      if (next.done) return;
      yield next.value as Buffer;
    }
  };
  return [head, whole()];
}
