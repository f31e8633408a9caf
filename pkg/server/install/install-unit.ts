import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { StatusError } from "../../status/index.ts";

const run = promisify(execFile);

export interface Installation {
  readonly unitPath: string;
  readonly unit: string;
  readonly user: string;
  readonly home: string;
  /** Directories that it writes to besides; made for the user where they are missing. */
  readonly writable: readonly string[];
}

/**
 * Makes the user where there is none, writes the unit and starts it, where systemd runs this machine. Returns what was
 * done, in words. Forbidden where this needs root.
 */
export async function installUnit({ unitPath, unit, user, home, writable }: Installation): Promise<readonly string[]> {
  if (process.getuid?.() !== 0)
    throw new StatusError(
      "Forbidden",
      "a service is installed by root: use sudo, or --dry-run to see what it would be",
    );
  const done: string[] = [];
  if (!(await exists(user))) {
    await run("useradd", ["--system", "--home-dir", home, "--no-create-home", "--shell", "/usr/sbin/nologin", user]);
    done.push(`user ${user} made`);
  }
  for (const directory of writable.filter((path) => !existsSync(path))) {
    await run("install", ["-d", "-m", "0700", "-o", user, directory]);
    done.push(`${directory} made`);
  }
  await writeFile(unitPath, unit, { mode: 0o644 });
  done.push(`${unitPath} written`);
  const name = basename(unitPath);
  if (!existsSync("/run/systemd/system")) {
    done.push(`systemd does not run here; where it does: systemctl enable --now ${name}`);
    return done;
  }
  await run("systemctl", ["daemon-reload"]);
  // A server that runs already has another command line now.
  await run("systemctl", ["enable", name]);
  await run("systemctl", ["restart", name]);
  done.push(`${name} started; its log: journalctl -u ${name}`);
  return done;
}

async function exists(user: string): Promise<boolean> {
  return run("id", ["-u", user]).then(
    () => true,
    () => false,
  );
}
