import { existsSync } from "node:fs";
import { StatusError } from "../../status/index.ts";

/** What restarting a machine needs of the agent on it. */
export interface RebootPorts {
  /** The machine is one of its own, and not a part of another that is only treated as one. */
  readonly isReal: boolean;
  readonly root: boolean;
  /** Path of one of the system's programs; undefined where it is missing. */
  readonly find: (name: string) => string | undefined;
  /** True where the system was started by systemd. */
  readonly hasSystemd: () => boolean;
  readonly run: (argv: readonly string[]) => Promise<{ readonly ok: boolean; readonly output: string }>;
}

/**
 * Restarts the machine: in good order where its system can, else at once. Resolves when that is under way, if there is
 * anybody left to resolve. Rejects Forbidden where it may not be, ServiceUnavailable where nothing did it.
 */
export async function rebootMachine(ports: RebootPorts): Promise<void> {
  if (!ports.isReal)
    throw new StatusError("Forbidden", "this machine is a part of another one, which would be restarted with it");
  if (!ports.root)
    throw new StatusError("Forbidden", "the agent is not root: restarting needs it (ssh.user root, or ssh.sudo)");
  const told: string[] = [];
  for (const argv of attempts(ports)) {
    const { ok, output } = await ports.run(argv);
    if (ok) return;
    told.push(`${argv.join(" ")}: ${output.trim()}`);
  }
  const why = told.length === 0 ? "there is neither systemctl nor reboot" : told.join("; ");
  throw new StatusError("ServiceUnavailable", `the machine could not be restarted: ${why}`);
}

function attempts({ find, hasSystemd }: RebootPorts): readonly (readonly string[])[] {
  const systemctl = hasSystemd() ? find("systemctl") : undefined;
  const reboot = find("reboot");
  return [
    ...(systemctl === undefined ? [] : [[systemctl, "reboot"]]),
    // -f is for systems whose first process knows of no order to restart.
    ...(reboot === undefined ? [] : [[reboot], [reboot, "-f"]]),
  ];
}

/** What systemd itself says to be looked at. */
export function hasSystemd(): boolean {
  return existsSync("/run/systemd/system");
}
