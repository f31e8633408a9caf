import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One change of files, or one sync, as recorder.c wrote it down. `file` is the file's number while it exists. */
export type Operation =
  | { readonly kind: "open"; readonly file: number; readonly path: string; readonly isTruncated: boolean }
  | { readonly kind: "write"; readonly file: number; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly file: number; readonly size: number }
  | { readonly kind: "sync"; readonly file: number; readonly path: string }
  | { readonly kind: "makeDirectory" | "removeDirectory" | "unlink"; readonly path: string }
  | { readonly kind: "rename"; readonly path: string; readonly to: string };

/** An operation and where its record ends: what was acknowledged when the recording was so long came after it. */
export interface Recorded {
  readonly operation: Operation;
  readonly end: number;
}

const headerLength = 25;
const sourceFile = join(import.meta.dirname, "recorder.c");

/** Compiles the recorder; undefined where there is no compiler. */
export function compileRecorder(directory: string): string | undefined {
  const library = join(directory, "recorder.so");
  const arguments_ = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, sourceFile, "-ldl", "-lpthread"];
  const { error, status, stderr } = spawnSync("cc", arguments_, { encoding: "utf8" });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`recorder.c: ${stderr}`);
  return library;
}

/** Variables with which a program writes down its changes below `root` (a real path) to the file `log`. */
export function recordingVariables(library: string, root: string, log: string): Record<string, string> {
  return { LD_PRELOAD: library, RECORD_ROOT: root, RECORD_LOG: log, UV_USE_IO_URING: "0" };
}

export function readRecording(log: string): readonly Recorded[] {
  const bytes = readFileSync(log);
  const all: Recorded[] = [];
  let at = 0;
  while (at < bytes.length) {
    const pathLength = bytes.readUInt32LE(at + 17);
    const contentStart = at + headerLength + pathLength;
    const end = contentStart + bytes.readUInt32LE(at + 21);
    const path = bytes.toString("utf8", at + headerLength, contentStart);
    all.push({ operation: operationOf(bytes, at, path, bytes.subarray(contentStart, end)), end });
    at = end;
  }
  return all;
}

function operationOf(bytes: Buffer, start: number, path: string, content: Buffer): Operation {
  const file = Number(bytes.readBigUInt64LE(start + 1));
  const at = Number(bytes.readBigUInt64LE(start + 9));
  const kind = String.fromCharCode(bytes[start] ?? 0);
  switch (kind) {
    case "O":
      return { kind: "open", file, path, isTruncated: at === 1 };
    case "W":
      return { kind: "write", file, at, bytes: content };
    case "T":
      return { kind: "truncate", file, size: at };
    case "S":
      return { kind: "sync", file, path };
    case "M":
      return { kind: "makeDirectory", path };
    case "D":
      return { kind: "removeDirectory", path };
    case "U":
      return { kind: "unlink", path };
    case "R":
      return { kind: "rename", path, to: content.toString("utf8") };
    default:
      throw new Error(`no record begins at ${start}`);
  }
}
