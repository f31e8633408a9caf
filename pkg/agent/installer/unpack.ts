import { createReadStream } from "node:fs";
import { chmod, mkdir, rename, rm, stat } from "node:fs/promises";
import type { ArchiveOrder } from "../ahead/packages-ahead.ts";
import { freeIn } from "../disk-space.ts";
import type { Owner } from "../environment/user.ts";
import { giveTree } from "./give-tree.ts";
import { InstallError } from "./install-error.ts";
import { SafeTree } from "./safe-tree.ts";
import { chunkBytes, gunzip, unpackTar } from "./unpack-tar.ts";
import { unpackZip } from "./unpack-zip.ts";
import { type UnzstdProgram, unzstdApart } from "./zstd/unzstd-apart.ts";

/** A package may unpack to ten times its packed size; small ones, which may be all text, to this much in any case. */
const maxGrowth = 10;
const minUnpackedBytes = 64 << 20;

export interface UnpackInput {
  readonly order: ArchiveOrder;
  /** The blob; absent where there is nothing to unpack. */
  readonly blob?: string;
  /** Is replaced as a whole, by rename. */
  readonly target: string;
  readonly owner?: Owner;
  readonly unzstd: UnzstdProgram;
  /** Puts the package, unpacked already, at a path where nothing is; returns false where it has none. */
  readonly ready?: (place: string) => Promise<boolean>;
  /** More bytes than this are not to be used, however many the disk has. */
  readonly room?: number;
  readonly signal?: AbortSignal;
}

/** Unpacks a package beside its place and moves it there. Throws InstallError; then nothing is at its place. */
export async function unpack(input: UnpackInput): Promise<void> {
  const { blob, target, owner } = input;
  const temporary = `${target}.tmp`;
  try {
    await rm(target, { recursive: true, force: true });
    await rm(temporary, { recursive: true, force: true });
    // Nobody else gets in before all is there and judged.
    if (await input.ready?.(temporary)) await chmod(temporary, 0o700);
    else {
      await mkdir(temporary, { mode: 0o700 });
      if (blob !== undefined) await unpackInto(temporary, blob, input);
    }
    if (owner !== undefined) await giveTree(temporary, owner);
    await chmod(temporary, 0o755);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw InstallError.from(error);
  }
}

async function unpackInto(root: string, blob: string, { order, unzstd, room, signal }: UnpackInput): Promise<void> {
  const packed = (await stat(blob)).size;
  const freeBytes = Math.min(await freeIn(root), room ?? Number.POSITIVE_INFINITY);
  const maxBytes = Math.max(packed * maxGrowth, minUnpackedBytes);
  const tree = new SafeTree({
    root,
    strip: order.strip,
    maxBytes,
    freeBytes,
    ...(signal !== undefined && { signal }),
  });
  switch (order.format ?? "tar.gz") {
    case "tar":
      await unpackTar(createReadStream(blob, { highWaterMark: chunkBytes }), maxBytes, tree);
      break;
    case "tar.gz":
      await unpackTar(gunzip(blob), maxBytes, tree);
      break;
    case "tar.zst":
      await unpackTar(unzstdApart(blob, unzstd), maxBytes, tree);
      break;
    case "zip":
      await unpackZip(blob, tree);
      break;
    case "file": {
      // One file is a tree without a directory to strip.
      const plain = new SafeTree({
        root,
        strip: 0,
        maxBytes: packed + minUnpackedBytes,
        freeBytes: room ?? Number.POSITIVE_INFINITY,
        ...(signal !== undefined && { signal }),
      });
      await plain.file(order.fileName ?? order.name, 0o755, createReadStream(blob));
      break;
    }
    default:
      throw new InstallError("UnpackFailed", `a ${order.format} is installed for the whole machine: scope Host`);
  }
  await tree.finish();
}
