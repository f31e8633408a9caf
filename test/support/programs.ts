import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program is, looking also where daemons live; undefined: not installed. */
export function findProgram(name: string): string | undefined {
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

/**
 * Names of the programs that are missing; a suite is left out, by this name, where there are any. With CI=true nothing
 * may be missing, so that a green run means that everything ran.
 */
function missing(...programs: readonly string[]): readonly string[] {
  const absent = programs.filter((name) => findProgram(name) === undefined);
  if (absent.length > 0 && process.env["CI"] === "true")
    throw new Error(`missing programs: ${absent.join(", ")} (make deps)`);
  return absent;
}

/** What emulated hosts need: root on Linux, and these. */
export function emulationIsPossible(): boolean {
  if (process.getuid?.() !== 0 || process.platform !== "linux") return false;
  return missing("sshd", "ssh-keygen", "ip", "unshare", "nsenter", "python3").length === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
