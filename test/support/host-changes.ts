import type { EmulatedHost, HostListing } from "../../pkg/emulation/index.ts";

// What a login leaves behind, whoever logs in: the SSH server's own files.
const ofTheSshServer = new Set([
  "/var/log/lastlog",
  "/var/log/wtmp",
  "/var/log/btmp",
  "/run/utmp",
  "/run/sshd/log",
  "/var/log",
  "/run/sudo",
  "/run/sudo/ts",
  "/run/sudo/ts/ubuntu",
  "/var/lib/sudo",
  "/var/lib/sudo/lectured",
]);

const agentDirectory = "/var/lib/plush-agent";

/** What is on hosts: files, processes, mounts, control groups; in the order of the hosts. */
export function listHosts(hosts: readonly EmulatedHost[]): Promise<readonly HostListing[]> {
  return Promise.all(hosts.map((host) => host.list()));
}

/** What changed on hosts since they were listed, a line each, but for what any login leaves behind. */
export async function changesOf(hosts: readonly EmulatedHost[], before: readonly HostListing[]): Promise<string[]> {
  const all: string[] = [];
  for (const [at, host] of hosts.entries()) {
    const listing = before[at];
    if (listing === undefined) throw new Error("a listing is missing");
    const lines = (await host.changesSince(listing)).filter((line) => !isOfTheSshServer(line));
    all.push(...lines.map((line) => `${host.name} ${line}`));
  }
  return all;
}

/**
 * Of such lines those that are neither the agent's nor its package cache's: what members have left. A process that is gone
 * is not left: one that was bringing an agent up may have been listed before.
 */
export function leftByMembers(lines: readonly string[]): string[] {
  return lines.filter((line) => /\/claims\/./.test(line) || !(isOfTheAgent(line) || /^\S+ - process /.test(line)));
}

function isOfTheAgent(line: string): boolean {
  return (
    line.includes(agentDirectory) || / process .*plush-agent/.test(line) || / control group plush-[^/]+$/.test(line)
  );
}

function isOfTheSshServer(line: string): boolean {
  const path = line.slice(2).split(" ")[0] ?? "";
  return ofTheSshServer.has(path) || /^[+-] process sshd: /.test(line);
}
