import { type FileHandle, open } from "node:fs/promises";
import type { ChunkedPart } from "./chunked-part.ts";

/** A package that somebody reads, also while it is still coming. */
export interface BlobReader {
  /** When all of it is here. */
  readonly size: number;
  /** All of it is here. */
  readonly complete: boolean;
  /** So much can be read now. */
  readonly bytes: number;
  /** Resolves when there is more than `bytes`, or there will not be. */
  grown(bytes: number, signal: AbortSignal): Promise<void>;
  /** Fills the buffer, with what is at `position`. */
  read(buffer: Buffer, position: number): Promise<void>;
  close(): Promise<void>;
}

export async function readComplete(path: string): Promise<BlobReader> {
  const file = await open(path, "r");
  const { size } = await file.stat();
  return { size, complete: true, bytes: size, grown: async () => undefined, ...reading(file) };
}

/** The file may be renamed meanwhile: it is complete then. */
export async function readGrowing(path: string, part: ChunkedPart): Promise<BlobReader> {
  const file = await open(path, "r");
  return {
    size: part.list.size,
    complete: false,
    get bytes() {
      return part.bytes;
    },
    grown: (bytes, signal) => part.grown(bytes, signal),
    ...reading(file),
  };
}

function reading(file: FileHandle): Pick<BlobReader, "read" | "close"> {
  return {
    async read(buffer, position) {
      for (let at = 0; at < buffer.length; ) {
        const { bytesRead } = await file.read(buffer, at, buffer.length - at, position + at);
        if (bytesRead === 0) throw new Error("the file of a package has become shorter");
        at += bytesRead;
      }
    },
    close: () => file.close(),
  };
}
