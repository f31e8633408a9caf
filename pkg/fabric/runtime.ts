import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import type { Readable } from "node:stream";

/** A machine as `uname -sm` and its C library describe it. */
export interface SystemFacts {
  /** "Linux x86_64". */
  readonly system: string;
  /** "glibc" or "musl". */
  readonly libc: string;
}

/** Gives a Node.js program for a machine that has none; undefined where there is none that fits. */
export type RuntimeSource = (facts: SystemFacts) => Promise<Readable | undefined>;

const machineOf: Readonly<Record<string, string>> = {
  x64: "x86_64",
  arm64: "aarch64",
  ppc64: "ppc64le",
  s390x: "s390x",
};

/** A distribution's Node is a small program with many libraries and runs nowhere else; a complete one is larger. */
const completeBytes = 30 << 20;

/** The program that runs this server, for machines of its kind. */
export async function ownRuntime(facts: SystemFacts): Promise<Readable | undefined> {
  if (facts.system !== `Linux ${machineOf[process.arch] ?? ""}` || process.platform !== "linux") return undefined;
  if ((await libcHere()) !== facts.libc) return undefined;
  const { size } = await stat(process.execPath);
  return size < completeBytes ? undefined : createReadStream(process.execPath);
}

async function libcHere(): Promise<string> {
  const names = await readdir("/lib").catch((): string[] => []);
  return names.some((name) => name.startsWith("ld-musl-")) ? "musl" : "glibc";
}
