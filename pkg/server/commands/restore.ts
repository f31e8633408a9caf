import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type Command, type Invocation, UsageError } from "../../cli/index.ts";
import { systemClock } from "../../clock/index.ts";
import { checkBackup, restoreBackup } from "../backups/restore.ts";

export const restoreCommand: Command = {
  usage: "restore FILE [--data-dir DIR] [--check]",
  summary: "Makes a data directory of a backup; what was there is moved aside. Start the server on it afterwards.",
  completes: "files",
  flags: [
    { name: "data-dir", type: "text", value: "DIR", help: "the server's directory (default ~/.plush/server)" },
    { name: "check", type: "switch", help: "only see that the backup can be restored, beside its file" },
  ],
  examples: ["plush restore plush.tar --check", "plush restore plush.tar --data-dir /var/lib/plush"],
  run: runRestore,
};

async function runRestore({ args, terminal, env }: Invocation): Promise<number> {
  const [file, ...more] = args.positional;
  if (file === undefined || more.length > 0) throw new UsageError("the file of one backup is expected");
  if (args.on("check")) {
    if (args.has("data-dir")) throw new UsageError("--check restores nowhere: --data-dir has no meaning with it");
    const { createdAt } = await checkBackup(resolve(file), systemClock.now());
    terminal.out(`${file} is whole: the backup of ${createdAt}`);
    return 0;
  }
  const root = resolve(args.text("data-dir") ?? join(env["HOME"] ?? homedir(), ".plush", "server"));
  const { createdAt, movedAside } = await restoreBackup(resolve(file), root, systemClock.now());
  terminal.out(`restored ${root} from the backup of ${createdAt}`);
  if (movedAside !== undefined) terminal.note(`what was there is now ${movedAside}`);
  terminal.note(`start it with: plush server --data-dir ${root}`);
  return 0;
}
