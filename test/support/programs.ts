import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program is, looking also where daemons live; undefined: not installed. */
export function findProgram(name: string): string | undefined {
  return [...directories(), "/usr/sbin", "/sbin"].map((directory) => join(directory, name)).find(isExecutable);
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

export function isInstalled(...programs: readonly string[]): boolean {
  return missing(...programs).length === 0;
}

/** What emulated hosts need: root on Linux, and these. */
export function emulationIsPossible(): boolean {
  if (process.getuid?.() !== 0 || process.platform !== "linux") return false;
  return missing("sshd", "ssh-keygen", "ip", "unshare", "nsenter", "python3").length === 0;
}

/** A python3 that has this module, which need not be the first on the PATH; undefined: there is none. */
export function findPython(module: string): string | undefined {
  const all = [...directories(), "/usr/bin"].map((directory) => join(directory, "python3")).filter(isExecutable);
  const found = all.find((python) => spawnSync(python, ["-c", `import ${module}`]).status === 0);
  if (found === undefined && process.env["CI"] === "true")
    throw new Error(`no python3 has the module ${module} (make deps)`);
  return found;
}

function directories(): readonly string[] {
  return (process.env["PATH"] ?? "").split(delimiter);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
