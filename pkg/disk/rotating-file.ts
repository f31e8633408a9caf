import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { LineSink } from "./line-sink.ts";

export interface RotatingFileOptions {
  readonly path: string;
  readonly maxBytes: number;
  /** 0: all. */
  readonly maxBackups: number;
  /** Milliseconds since 1970; names the files that are put aside. */
  readonly now: () => number;
}

/**
 * A file that lines are appended to, readable by its owner alone. When it is full it is put aside as NAME-TIME.EXT,
 * and the oldest of these go. Rejects where the file cannot be opened.
 */
export async function openRotatingFile(options: RotatingFileOptions): Promise<LineSink> {
  await mkdir(dirname(options.path), { recursive: true, mode: 0o700 });
  return new RotatingFile(options, await openAtEnd(options.path));
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly size: number;
}

class RotatingFile implements LineSink {
  readonly #options: RotatingFileOptions;
  #file: OpenFile | undefined;

  constructor(options: RotatingFileOptions, file: OpenFile) {
    this.#options = options;
    this.#file = file;
  }

  async append(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    const file = await this.#fileFor(bytes.length);
    try {
      await file.handle.appendFile(bytes);
    } catch (error) {
      // Half a line, as a full disk leaves it, would spoil the next one.
      await file.handle.truncate(file.size).catch(() => undefined);
      throw error;
    }
    this.#file = { ...file, size: file.size + bytes.length };
  }

  async close(): Promise<void> {
    await this.#file?.handle.close();
    this.#file = undefined;
  }

  async #fileFor(length: number): Promise<OpenFile> {
    const { path, maxBytes } = this.#options;
    if (this.#file !== undefined && this.#file.size > 0 && this.#file.size + length > maxBytes) {
      await this.close();
      await rename(path, this.#backupName());
      await this.#dropOldest();
    }
    this.#file ??= await openAtEnd(path);
    return this.#file;
  }

  #backupName(): string {
    const time = new Date(this.#options.now()).toISOString().slice(0, 23).replaceAll(":", "-");
    const { folder, stem, extension } = nameParts(this.#options.path);
    return join(folder, `${stem}-${time}${extension}`);
  }

  async #dropOldest(): Promise<void> {
    const { path, maxBackups } = this.#options;
    if (maxBackups === 0) return;
    const { folder, stem, extension } = nameParts(path);
    const isBackup = (name: string): boolean =>
      name.startsWith(`${stem}-`) &&
      name.endsWith(extension) &&
      /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/.test(name.slice(stem.length + 1, name.length - extension.length));
    // The times in their names sort them.
    const backups = (await readdir(folder)).filter(isBackup).sort();
    for (const name of backups.slice(0, -maxBackups)) await rm(join(folder, name), { force: true });
  }
}

function nameParts(path: string): { readonly folder: string; readonly stem: string; readonly extension: string } {
  const extension = extname(path);
  return { folder: dirname(path), stem: basename(path, extension), extension };
}

async function openAtEnd(path: string): Promise<OpenFile> {
  const handle = await open(path, "a+", 0o600);
  try {
    const { size } = await handle.stat();
    if (size === 0) return { handle, size };
    const last = Buffer.alloc(1);
    await handle.read(last, 0, 1, size - 1);
    if (last[0] === 0x0a) return { handle, size };
    // A crash cut the last line.
    await handle.appendFile("\n");
    return { handle, size: size + 1 };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
