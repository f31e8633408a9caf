import { mkdir, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../error-code.ts";

/** What a run's directory says. */
export type StartedRecord =
  | { readonly kind: "absent" }
  /** Created, not yet written. */
  | { readonly kind: "partial" }
  /** An agent decided that this run shall never be. */
  | { readonly kind: "void" }
  | {
      readonly kind: "started";
      readonly pid: number;
      readonly startTime: string;
      /** Process group; equal to the pid where the program has a session of its own. */
      readonly group: number;
      readonly boot: string;
      /** Not all limits could be set. */
      readonly partial: boolean;
      /** Wall clock, milliseconds. */
      readonly at: number;
    };

export interface ExitRecord {
  readonly exitCode: number;
  /** Wall clock, milliseconds. */
  readonly at: number;
}

export async function readStarted(directory: string): Promise<StartedRecord> {
  const file = await readRecord(join(directory, "started"));
  if (file === undefined) return { kind: "absent" };
  if (!file.text.endsWith("\n")) return { kind: "partial" };
  const [pid = "", startTime = "", group = "", boot = "", partial = ""] = file.text.trim().split(" ");
  if (pid === "void") return { kind: "void" };
  return {
    kind: "started",
    pid: Number(pid),
    startTime,
    group: Number(group),
    boot,
    partial: partial === "1",
    at: file.at,
  };
}

export async function readExit(directory: string): Promise<ExitRecord | undefined> {
  const file = await readRecord(join(directory, "exit"));
  if (file === undefined || !file.text.endsWith("\n")) return undefined;
  return { exitCode: Number(file.text), at: file.at };
}

/**
 * Decides that a run shall never be, unless its shim was first. Returns whether it is decided so. The record is the
 * same file that the shim creates, so exactly one of both succeeds.
 */
export async function declareVoid(directory: string): Promise<boolean> {
  // Without the directory the shim was never spawned; with it, it cannot be any more.
  await mkdir(directory, { recursive: true, mode: 0o700 });
  try {
    const file = await open(join(directory, "started"), "wx", 0o600);
    await file.writeFile("void\n");
    await file.close();
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

async function readRecord(path: string): Promise<{ text: string; at: number } | undefined> {
  try {
    return { text: await readFile(path, "utf8"), at: Math.round((await stat(path)).mtimeMs) };
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
