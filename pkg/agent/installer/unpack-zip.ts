import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { type Entry, open, type ZipFile } from "yauzl";
import { InstallError } from "./install-error.ts";
import type { SafeTree } from "./safe-tree.ts";

const typeMask = 0o170000;
const typeLink = 0o120000;
const typeDirectory = 0o040000;
const typeFile = 0o100000;

/** Unpacks a zip archive; modes and links as Unix' zip writes them. */
export async function unpackZip(path: string, tree: SafeTree): Promise<void> {
  const zip = await openZip(path);
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on("entry", (entry: Entry) => {
        unpackMember(zip, entry, tree).then(() => zip.readEntry(), reject);
      });
      zip.once("end", resolve);
      // A name that leads out is refused by the library itself.
      zip.once("error", (error: Error) => reject(new InstallError("UnsafeArchive", `refused: ${error.message}`)));
      zip.readEntry();
    });
  } finally {
    zip.close();
  }
}

async function unpackMember(zip: ZipFile, entry: Entry, tree: SafeTree): Promise<void> {
  const name = entry.fileName;
  const attributes = entry.externalFileAttributes >>> 16;
  const type = attributes & typeMask;
  if (type === typeDirectory || name.endsWith("/")) return tree.directory(name, attributes & 0o7777 || 0o755);
  if (type === typeLink) return tree.symbolicLink(name, await text(await openMember(zip, entry)));
  if (type !== typeFile && type !== 0) throw new InstallError("UnsafeArchive", `refused: ${name} is no plain file`);
  return tree.file(name, attributes & 0o7777 || 0o644, await openMember(zip, entry));
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false, strictFileNames: true }, (error, zip) => {
      if (error !== null) reject(error);
      else resolve(zip);
    });
  });
}

function openMember(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error !== null) reject(error);
      else resolve(stream);
    });
  });
}
