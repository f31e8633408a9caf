import { readdirSync, readFileSync } from "node:fs";

/** pids of the processes with this command line, on all emulated hosts: their processes stand in this machine's table. */
export function pidsOf(...argv: readonly string[]): readonly number[] {
  const wanted = argv.map((word) => `${word}\0`).join("");
  const pids = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && commandOf(entry) === wanted);
  return pids.map(Number);
}

/** Empty for one that has ended meanwhile. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}
