import { readFileSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { arch, cpus, hostname, loadavg, platform, release, totalmem } from "node:os";
import { type Clock, sleep } from "../../clock/index.ts";

export type Attributes = Readonly<Record<string, number | string>>;

const sampleMs = 10_000;
/** Measured values are told again when they have moved by so much, or a machine at rest would never be quiet. */
const noticeable = 0.05;
/** Load is small at rest, where a twentieth of it means nothing. */
const noticeableLoad = 0.5;

/** Watches the machine's facts: constant ones once, measured ones every ten seconds. */
export class Sensors {
  readonly #directory: string;
  readonly #constant = constantAttributes();
  #attributes: Attributes = {};

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** As last told. */
  get attributes(): Attributes {
    return this.#attributes;
  }

  /** Takes one sample; returns whether something changed noticeably. */
  async sample(): Promise<boolean> {
    const next = { ...this.#constant, ...(await measure(this.#directory)) };
    if (!isNoticeable(this.#attributes, next)) return false;
    this.#attributes = next;
    return true;
  }

  /** Samples until aborted. */
  async run(clock: Clock, onChange: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(clock, sampleMs, signal).catch(() => undefined);
      if (!signal.aborted && (await this.sample())) onChange();
    }
  }
}

/** Names of processor families as packages are named by. */
const archNames: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

function constantAttributes(): Attributes {
  const processors = cpus();
  return {
    "cpu.cores": processors.length,
    "cpu.model": processors[0]?.model.trim() ?? "unknown",
    "memory.total": totalmem(),
    os: platform(),
    arch: archNames[arch()] ?? arch(),
    ...osName(),
    kernel: release(),
    hostname: hostname(),
  };
}

/** What the system calls itself: "Debian GNU/Linux 12 (bookworm)". */
function osName(): Attributes {
  try {
    const name = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1];
    return name === undefined ? {} : { "os.name": name };
  } catch {
    return {};
  }
}

async function measure(directory: string): Promise<Attributes> {
  const memory = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(memory)?.[1];
  const disk = await statfs(directory).catch(() => undefined);
  return {
    ...(available !== undefined && { "memory.free": Number(available) * 1024 }),
    ...(disk !== undefined && { "disk.free": disk.bavail * disk.bsize, "disk.total": disk.blocks * disk.bsize }),
    // Some file systems make them as they are needed, and say 0.
    ...(disk !== undefined && disk.files > 0 && { "inodes.free": disk.ffree, "inodes.total": disk.files }),
    "load.1m": Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

/** Whether a sample differs from what was told by more than noise. */
function isNoticeable(told: Attributes, next: Attributes): boolean {
  const names = new Set([...Object.keys(told), ...Object.keys(next)]);
  return [...names].some((name) => {
    const [before, after] = [told[name], next[name]];
    if (typeof before !== "number" || typeof after !== "number") return before !== after;
    const step = name === "load.1m" ? Math.max(noticeableLoad, before * 0.25) : Math.abs(before) * noticeable;
    return Math.abs(after - before) > step;
  });
}
