import { join } from "node:path";

/** Where all emulations of a computer lie, a directory each. */
export const emulationBase = "/run/plush-emulation";

export const controlGroupBases = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"];

export function directoryOf(name: string): string {
  return join(emulationBase, name);
}

export function delaySocketIn(directory: string): string {
  return join(directory, "delay.sock");
}
