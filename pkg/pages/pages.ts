import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Encoding } from "./encodings.ts";

/** A file as it goes over the wire. */
export interface PageFile {
  readonly bytes: Buffer;
  /** Undefined: as it is. */
  readonly encoding?: Encoding;
  /** An entity tag, with its quotes. */
  readonly tag: string;
}

/** The files of the console, in one directory. */
export interface Pages {
  /** The one page there is, with its placeholders. */
  index(): Promise<string>;
  /** A file by its path below the directory, in the first of `encodings` in which it is there; undefined: there is none. */
  file(path: string, encodings: readonly Encoding[]): Promise<PageFile | undefined>;
}

/**
 * What may be asked for: a file of the directory, or of its `assets`. No name begins with a dot, and nothing in a name
 * leads elsewhere.
 */
const allowed = /^(assets\/)?[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

const endings: Readonly<Record<Encoding, string>> = { br: ".br", gzip: ".gz" };

/** Undefined where the console is not there: it was not built, or left out. */
export function openPages(directory: string): Pages | undefined {
  const index = join(directory, "index.html");
  if (!existsSync(index)) return undefined;
  return {
    index: () => readFile(index, "utf8"),
    async file(path, encodings) {
      if (!allowed.test(path)) return undefined;
      for (const encoding of encodings) {
        const bytes = await readIfThere(join(directory, path + endings[encoding]));
        if (bytes !== undefined) return { bytes, encoding, tag: tagOf(bytes) };
      }
      const bytes = await readIfThere(join(directory, path));
      return bytes === undefined ? undefined : { bytes, tag: tagOf(bytes) };
    },
  };
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "EISDIR") return undefined;
    throw error;
  }
}

function tagOf(bytes: Buffer): string {
  return `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
}
