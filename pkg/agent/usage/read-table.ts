import { readdirSync, readFileSync } from "node:fs";
import type { Meter, ProcessRow } from "./usage-plan.ts";

/** Linux counts processor time for programs in hundredths of a second, whatever the kernel's own clock is. */
const tickMs = 10;

/** All processes that this user can see, in one pass. Never throws. */
export function readTable(): readonly ProcessRow[] {
  const pageBytes = pageSize();
  return list("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const row = readRow(Number(name), pageBytes);
    return row === undefined ? [] : [row];
  });
}

/** Processor time and memory of the whole machine; undefined where it does not tell. */
export function readMachine(): Meter | undefined {
  const cpu = /^cpu +([\d ]+)$/m.exec(read("/proc/stat") ?? "")?.[1];
  const memory = read("/proc/meminfo") ?? "";
  const total = kibibytes(memory, "MemTotal");
  const available = kibibytes(memory, "MemAvailable");
  if (cpu === undefined || total === undefined || available === undefined) return undefined;
  // user nice system idle iowait irq softirq steal; what guests use is in user already.
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = cpu.split(/ +/).map(Number);
  return {
    cpuMs: (user + nice + system + irq + softirq + steal) * tickMs,
    memoryBytes: (total - available) * 1024,
  };
}

function readRow(pid: number, pageBytes: number): ProcessRow | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  // After the name, which may hold anything: state parent group session … utime stime cutime cstime … rss.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (index: number): number => Number(fields[index] ?? 0);
  return {
    pid,
    parent: field(1),
    session: field(3),
    cpuMs: (field(11) + field(12) + field(13) + field(14)) * tickMs,
    memoryBytes: field(21) * pageBytes,
  };
}

/** From what this process is told of itself in bytes and in pages: there is no call for it. */
function pageSize(): number {
  const pages = Number(read("/proc/self/statm")?.split(" ")[1] ?? 0);
  if (pages === 0) return 4096;
  return 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages));
}

function kibibytes(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined; // gone meanwhile
  }
}
