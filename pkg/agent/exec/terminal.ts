import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { findProgram } from "../host/find-program.ts";
import type { Launch } from "../ports.ts";

/**
 * Becomes a command that came in numbered variables, because util-linux' script takes its command as a text for a
 * shell: so that text is always the same, and the arguments stay data.
 */
export const terminalScript = `#!/bin/sh
stty rows "$PLUSH_TTY_ROWS" cols "$PLUSH_TTY_COLUMNS" 2>/dev/null
count=$PLUSH_TTY_ARGC
set --
number=0
while [ "$number" -lt "$count" ]; do
  eval "set -- \\"\\$@\\" \\"\\$PLUSH_TTY_ARG_$number\\""
  unset "PLUSH_TTY_ARG_$number"
  number=$((number + 1))
done
unset PLUSH_TTY_ROWS PLUSH_TTY_COLUMNS PLUSH_TTY_ARGC PLUSH_TTY_SCRIPT
exec "$@"
`;

export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** The command and environment that run a command on a terminal of its own, by util-linux' script. */
export function terminalCommand(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  size: TerminalSize,
  script: string,
): { readonly argv: readonly string[]; readonly env: Record<string, string> } {
  const variables = Object.fromEntries(argv.map((value, number) => [`PLUSH_TTY_ARG_${number}`, value]));
  return {
    argv: [
      findProgram("script") ?? "script",
      "--quiet",
      "--flush",
      "--return",
      "--command",
      'exec "$PLUSH_TTY_SCRIPT"',
      "/dev/null",
    ],
    env: {
      TERM: "xterm-256color",
      ...env,
      ...variables,
      SHELL: "/bin/sh",
      PLUSH_TTY_SCRIPT: script,
      PLUSH_TTY_ARGC: String(argv.length),
      PLUSH_TTY_ROWS: String(size.rows),
      PLUSH_TTY_COLUMNS: String(size.columns),
    },
  };
}

/** Tells a terminal its new size, and the kernel tells the programs on it. False where there is no terminal (yet). */
export function resizeTerminal(launch: Launch, pid: number, size: TerminalSize): boolean {
  const terminal = findTerminal(pid);
  if (terminal === undefined) return false;
  const argv = [findProgram("stty") ?? "stty", "-F", terminal, "rows", String(size.rows), "cols", String(size.columns)];
  launch(argv, { env: {}, stdio: "ignore" }).once("error", () => undefined);
  return true;
}

/** The terminal on which a child of `script` runs. */
function findTerminal(pid: number): string | undefined {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "latin1");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      const target = parent === pid ? readlinkSync(`/proc/${name}/fd/0`) : "";
      if (target.startsWith("/dev/pts/")) return target;
    } catch {
      // gone meanwhile
    }
  }
  return undefined;
}
