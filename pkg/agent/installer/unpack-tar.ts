import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { InstallError } from "./install-error.ts";
import type { SafeTree } from "./safe-tree.ts";

const chunkBytes = 1 << 20;

/** Unpacks a tar archive, gzipped or not. */
export async function unpackTar(path: string, isGzipped: boolean, tree: SafeTree): Promise<void> {
  const archive = extract();
  const reading = createReadStream(path, { highWaterMark: chunkBytes });
  const feeding = isGzipped
    ? pipeline(reading, createGunzip({ chunkSize: chunkBytes }), archive)
    : pipeline(reading, archive);
  // The loop below sees the same failure; without a listener it would end the agent.
  feeding.catch(() => undefined);
  for await (const entry of archive) {
    await unpackMember(entry.header, entry as unknown as Readable, tree);
    entry.resume();
  }
  await feeding;
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
