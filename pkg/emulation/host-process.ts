import { readdir, readFile } from "node:fs/promises";

/**
 * The process that holds a host's namespaces, and with it all that runs there: an unshare that names the host's directory
 * in its arguments. What a crashed program has left is found by them too.
 */
export async function hostProcess(directory: string): Promise<number | undefined> {
  for (const pid of await allPids()) if (await isHostProcess(pid, directory)) return pid;
  return undefined;
}

/** Those of all hosts whose directories lie in this one. */
export async function hostProcessesUnder(directory: string): Promise<readonly number[]> {
  const pids = await allPids();
  const lines = await Promise.all(pids.map(argvOf));
  return pids.filter((_, at) => {
    const [program, ...words] = lines[at] ?? [];
    return program === "unshare" && words.some((word) => word.startsWith(`${directory}/`));
  });
}

/** False as soon as it has ended, also where another has got its number since. */
export async function isHostProcess(pid: number, directory: string): Promise<boolean> {
  const [program, ...words] = await argvOf(pid);
  return program === "unshare" && words.includes(directory);
}

/** Empty where it has ended, as it is for one whose end nobody has taken note of yet. */
async function argvOf(pid: number): Promise<readonly string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
}

async function allPids(): Promise<readonly number[]> {
  return (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
}
