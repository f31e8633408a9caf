import { existsSync } from "node:fs";

/** PATH of processes behind their packages, and where the agent's own helpers are looked for. */
export const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const found = new Map<string, string | undefined>();

/**
 * Absolute path of one of the system's programs; undefined where it is missing. What the agent itself executes is
 * never looked for on a process's PATH, which packages come first on.
 */
export function findProgram(name: string): string | undefined {
  if (!found.has(name)) {
    const paths = systemPath.split(":").map((directory) => `${directory}/${name}`);
    found.set(
      name,
      paths.find((path) => existsSync(path)),
    );
  }
  return found.get(name);
}
