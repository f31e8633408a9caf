import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { InstallError } from "./install-error.ts";
import type { SafeTree } from "./safe-tree.ts";

export const chunkBytes = 1 << 20;

/** A file, unpacked. */
export async function* gunzip(path: string): AsyncGenerator<Buffer> {
  const unpacked = createGunzip({ chunkSize: chunkBytes });
  // Who reads sees the same failure; without a listener it would end the agent.
  pipeline(createReadStream(path, { highWaterMark: chunkBytes }), unpacked).catch(() => undefined);
  yield* unpacked;
}

/** Unpacks a tar archive as it comes. */
export async function unpackTar(tar: AsyncIterable<Buffer>, maxBytes: number, tree: SafeTree): Promise<void> {
  const archive = extract();
  // Twice, for headers and padding; what is in no file, as in members that are left out, is counted here alone.
  const feeding = pipeline(tar, (bytes) => bounded(bytes, maxBytes * 2), archive);
  // The loop below sees the same failure; without a listener it would end the agent.
  feeding.catch(() => undefined);
  for await (const entry of archive) {
    await unpackMember(entry.header, entry as unknown as Readable, tree);
    entry.resume();
  }
  await feeding;
}

async function* bounded(bytes: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const chunk of bytes) {
    count += chunk.length;
    if (count > maxBytes) throw new InstallError("UnsafeArchive", `refused: it unpacks to more than ${maxBytes} bytes`);
    yield chunk;
  }
}

async function unpackMember(header: Header, content: Readable, tree: SafeTree): Promise<void> {
  const { name, mode = 0o644, linkname } = header;
  switch (header.type) {
    case "file":
    case "contiguous-file":
      return tree.file(name, mode, content);
    case "directory":
      return tree.directory(name, mode);
    case "symlink":
      return tree.symbolicLink(name, linkname ?? "");
    case "link":
      return tree.hardLink(name, linkname ?? "");
    default:
      throw new InstallError("UnsafeArchive", `refused: ${name} is a ${header.type ?? "member of unknown kind"}`);
  }
}
