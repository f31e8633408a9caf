import { readFileSync } from "node:fs";
import { arch, cpus, hostname, platform, release, totalmem } from "node:os";
import type { Attributes } from "./attributes.ts";
import { virtualizationOf } from "./virtualization.ts";

/** Names of processor families as packages are named by. */
const archNames: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

/** What does not change while an agent runs. */
export function constantAttributes(): Attributes {
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
    virtualization: virtualizationOf(textOf),
  };
}

/** What the system calls itself: "Debian GNU/Linux 12 (bookworm)". */
function osName(): Attributes {
  const name = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(textOf("/etc/os-release") ?? "")?.[1];
  return name === undefined ? {} : { "os.name": name };
}

/** Undefined where there is no such file, or it is not ours to read. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
