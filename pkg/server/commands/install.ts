import { dirname, join, resolve } from "node:path";
import type { Arguments, Flag, Invocation } from "../../cli/index.ts";
import { UsageError } from "../../cli/index.ts";
import { installUnit } from "../install/install-unit.ts";
import { unitFile } from "../install/unit-file.ts";
import { installation } from "../installation.ts";
import { serverNodeFlags } from "../node-flags.ts";

/** Flags of `plush server install` alone; all others are those that the service is to run with. */
export const installFlags: readonly Flag[] = [
  {
    name: "run-as",
    type: "text",
    value: "USER",
    help: "install: whom the service runs as (default plush; made where missing)",
  },
  { name: "unit", type: "text", value: "FILE", help: "install: the unit (default /etc/systemd/system/plush.service)" },
  { name: "dry-run", type: "switch", help: "install: print the unit, change nothing" },
];

const defaults = { unit: "/etc/systemd/system/plush.service", user: "plush", dataDirectory: "/var/lib/plush" };

/** Installs a systemd service that runs `plush server` with the other flags of this command line. */
export async function runInstall({ args, terminal }: Invocation, flags: readonly Flag[]): Promise<number> {
  if (args.positional.length > 1) throw new UsageError(`unexpected argument: ${args.positional[1]}`);
  const user = args.text("run-as") ?? defaults.user;
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(user)) throw new UsageError(`--run-as ${user}: not a name of a user`);
  const dataDirectory = resolve(args.text("data-dir") ?? defaults.dataDirectory);
  const own = serverArguments(args, flags, dataDirectory);
  const command = [process.execPath, ...serverNodeFlags, installation.program, "server", ...own];
  const writable = writtenBeside(args);
  const unit = unitFile({ command, user, dataDirectory, writable });
  if (args.on("dry-run")) {
    terminal.print(unit);
    return 0;
  }
  const unitPath = resolve(args.text("unit") ?? defaults.unit);
  for (const line of await installUnit({ unitPath, unit, user, home: dataDirectory, writable })) terminal.out(line);
  terminal.note(`the administrator's access: ${join(dataDirectory, "admin.kubeconfig")}`);
  return 0;
}

/** As they were given, in one order, with paths that do not depend on where the service starts. */
function serverArguments(args: Arguments, flags: readonly Flag[], dataDirectory: string): readonly string[] {
  const own = new Set(installFlags.map(({ name }) => name));
  const given = flags.filter(({ name }) => name !== "data-dir" && !own.has(name));
  return [
    ...["--data-dir", dataDirectory],
    ...given.flatMap((flag) => args.texts(flag.name).map((value) => `--${flag.name}=${absolute(flag, value)}`)),
  ];
}

const isPath = (flag: Flag): boolean => flag.value === "DIR" || flag.value === "FILE";

function absolute(flag: Flag, value: string): string {
  return isPath(flag) && value !== "" && value !== "-" ? resolve(value) : value;
}

function writtenBeside(args: Arguments): readonly string[] {
  const backups = args.text("backup-dir");
  const audit = args.text("audit-log-path");
  const log = args.text("log-file");
  return [
    ...(backups === undefined ? [] : [resolve(backups)]),
    ...(log === undefined ? [] : [dirname(resolve(log))]),
    ...(audit === undefined || audit === "" || audit === "-" ? [] : [dirname(resolve(audit))]),
  ];
}
