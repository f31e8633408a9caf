import { readdirSync, readFileSync } from "node:fs";

export interface ProcessStat {
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** Field 22 of /proc/PID/stat, in clock ticks since the boot: with the pid it names a process for this boot. */
  readonly startTime: string;
}

/** Reads /proc/PID/stat; undefined where there is no such process (a zombie counts as there). */
export function readStat(pid: number): ProcessStat | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // The name in parentheses may hold anything, parentheses and spaces included.
  const [state = "", parent = "", group = "", session = "", ...fields] = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ");
  return {
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startTime: fields[15] ?? "",
  };
}

/** Whether exactly this process lives; a zombie does not. */
export function isAlive(pid: number, startTime: string): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.startTime === startTime && stat.state !== "Z" && stat.state !== "X";
}

/**
 * Pids of the processes in whose environment a variable begins with `value`. Shims are left out unless asked for: they
 * end by themselves when their program has. Sees only what this user may see.
 */
export function findByVariable(name: string, value: string, { shims } = { shims: false }): number[] {
  const marker = `\0${name}=${value}`;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => `\0${read(`/proc/${pid}/environ`) ?? ""}`.includes(marker))
    .filter((pid) => shims || !shim.test(read(`/proc/${pid}/cmdline`) ?? ""))
    .map(Number);
}

/** How the arguments of one that stays as parent begin. */
const shim = /\/shim\.sh\0(hold|lease)\0/;

/** Identity of the host's current boot. */
export function bootIdentity(): string {
  return read("/proc/sys/kernel/random/boot_id")?.trim() ?? "unknown";
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined; // gone meanwhile, or another user's
  }
}
