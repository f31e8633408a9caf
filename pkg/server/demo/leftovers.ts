import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Processes of this computer that have to do with `directory`: in their arguments, environment or working directory. */
export async function processesOf(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    const [line, environment] = await Promise.all(
      ["cmdline", "environ"].map((name) => readFile(join("/proc", pid, name), "utf8").catch(() => "")),
    );
    const uses = (text: string | undefined): boolean => text?.includes(`${directory}/`) ?? false;
    if (uses(line) || uses(environment)) found.push(`${pid} ${line?.replaceAll("\0", " ").trim()}`);
  }
  return found;
}

/** What lies in a directory; nothing where it is not there. */
export async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true }).catch(() => []);
  return entries.map((entry) => join(directory, entry));
}
