import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { type LinkUnit, linkUnit } from "./link-unit.ts";

const run = promisify(execFile);

export interface BootRequest extends LinkUnit {
  readonly directory: string;
}

/** How a link is started when its host boots. `started`: it runs already. */
export type BootMeans =
  | { readonly kind: "systemd"; readonly unit: string; readonly started: true }
  | { readonly kind: "cron"; readonly line: string; readonly started: false };

/** Has whatever starts services on this host start the link when it boots; undefined where nothing is known that does. */
export async function startAtBoot(request: BootRequest): Promise<BootMeans | undefined> {
  if (mayUseSystemd()) {
    const unit = unitOf(request.directory);
    await writeFile(pathOf(unit), linkUnit(request), { mode: 0o644 });
    await run("systemctl", ["daemon-reload"]);
    await run("systemctl", ["enable", "--now", unit]);
    return { kind: "systemd", unit, started: true };
  }
  const table = await readTable();
  if (table === undefined) return undefined;
  const line = cronLine(request.command);
  const others = table.filter((one) => one !== line);
  await writeTable([...others, line]);
  return { kind: "cron", line, started: false };
}

/** Once the agent is gone, so is this. Asked for by the link itself, which ends after that. */
export async function forgetAtBoot({ directory, command }: Pick<BootRequest, "directory" | "command">): Promise<void> {
  const unit = unitOf(directory);
  if (existsSync(pathOf(unit))) {
    // Not stopped: who asks is the unit's own process.
    await run("systemctl", ["disable", unit]).catch(() => undefined);
    await rm(pathOf(unit), { force: true });
    await run("systemctl", ["daemon-reload"]).catch(() => undefined);
  }
  const table = await readTable();
  const line = cronLine(command);
  if (table?.includes(line)) await writeTable(table.filter((one) => one !== line));
}

function mayUseSystemd(): boolean {
  return process.getuid?.() === 0 && existsSync("/run/systemd/system");
}

/** One for each directory: a host may be a machine of several servers. */
function unitOf(directory: string): string {
  return `plush-link-${createHash("sha256").update(directory).digest("hex").slice(0, 8)}.service`;
}

function pathOf(unit: string): string {
  return `/etc/systemd/system/${unit}`;
}

/** A percent sign ends the command of a crontab, unless it is escaped. */
function cronLine(command: readonly string[]): string {
  const words = command.map((word) => (/^[\w@+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return `@reboot ${words.join(" ").replaceAll("%", "\\%")} >/dev/null 2>&1`;
}

/** The lines of this user's crontab; undefined where there is no cron. */
async function readTable(): Promise<readonly string[] | undefined> {
  try {
    const { stdout } = await run("crontab", ["-l"]);
    return stdout === "" ? [] : stdout.replace(/\n$/, "").split("\n");
  } catch (error) {
    // Who has none yet is told so by exit code 1.
    return (error as { readonly code?: unknown }).code === 1 ? [] : undefined;
  }
}

function writeTable(lines: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile("crontab", ["-"], (error) => (error === null ? resolve() : reject(error)));
    child.stdin?.end(lines.map((line) => `${line}\n`).join(""));
  });
}
