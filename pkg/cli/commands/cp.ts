import { realpath, stat } from "node:fs/promises";
import { basename, join, posix, resolve } from "node:path";
import { StatusError } from "../../status/index.ts";
import type { Command, Invocation } from "../command.ts";
import { packTree } from "../copy/pack-tree.ts";
import { parsePlace, targetOf } from "../copy/place.ts";
import { remoteFailure, runRemote } from "../copy/remote-command.ts";
import { TreeUnpacker } from "../copy/unpack-tree.ts";
import type { Located } from "../targets.ts";
import { UsageError } from "../usage-error.ts";

export const cpCommand: Command = {
  usage: "cp SOURCE DESTINATION, one of them TARGET:PATH",
  summary: "Copies a file or a directory to or from a process's directory or a machine, which needs the program tar.",
  completes: "files",
  flags: [{ name: "container", short: "c", type: "text", hidden: true, help: "" }],
  examples: [
    "plush cp ./data process/web-serve-server-servers-0:.",
    "plush cp claim/web-servers-0:results/out.csv .",
    "plush cp resource/n1:/var/log/syslog syslog.n1",
  ],
  async run(call) {
    const [from, to, ...more] = call.args.positional;
    if (from === undefined || to === undefined || more.length > 0)
      throw new UsageError("give a source and a destination");
    const [source, destination] = [parsePlace(from), parsePlace(to)];
    if (source.kind === "local" && destination.kind === "remote") {
      await upload(call, source.path, { target: await targetOf(call, destination), path: destination.path });
    } else if (source.kind === "remote" && destination.kind === "local") {
      await download(call, { target: await targetOf(call, source), path: source.path }, destination.path);
    } else {
      throw new UsageError("one of source and destination must be TARGET:PATH, such as process/NAME:PATH");
    }
    return 0;
  },
};

interface RemotePath {
  readonly target: Located;
  /** Relative to the target's working directory. */
  readonly path: string;
}

async function upload(call: Invocation, source: string, { target, path }: RemotePath): Promise<void> {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw new StatusError("BadRequest", `${source}: no such file or directory`);
  const isDirectory = (await runRemote(call, target, { argv: ["test", "-d", path] })).exitCode === 0;
  const full = isDirectory ? posix.join(path, basename(resolve(source))) : posix.normalize(path);
  const progress = progressOf(call);
  const input = packTree(await realpath(source), nameIn(full), progress.add);
  // -o: owned by who unpacks, whoever made them.
  const result = await runRemote(call, target, { argv: ["tar", "-xmof", "-", "-C", posix.dirname(full)], input });
  progress.end();
  if (result.exitCode !== 0) throw remoteFailure(`${target.name}:${path}`, result);
}

async function download(call: Invocation, { target, path }: RemotePath, destination: string): Promise<void> {
  const full = posix.normalize(path);
  const name = posix.basename(full) === ".." ? "." : nameIn(full);
  const directory = name === "." ? full : posix.dirname(full);
  const into = await stat(destination).catch(() => undefined);
  const progress = progressOf(call);
  const unpacker = new TreeUnpacker({
    name,
    path: into?.isDirectory() === true && name !== "." ? join(destination, name) : destination,
    onSkip: (text) => call.terminal.warn(text),
    onBytes: progress.add,
  });
  const argv = ["tar", "-cf", "-", "-C", directory, "--", name === "." ? "." : `./${name}`];
  const result = await runRemote(call, target, { argv, onOutput: (bytes) => unpacker.write(bytes) });
  if (result.exitCode !== 0) throw remoteFailure(`${target.name}:${path}`, result);
  await unpacker.end();
  progress.end();
}

/** The last part of a path without a slash at its end; "." where it has none. */
function nameIn(path: string): string {
  const name = posix.basename(path);
  return name === "" ? "." : name;
}

function progressOf(call: Invocation): { readonly add: (bytes: number) => void; readonly end: () => void } {
  let total = 0;
  return {
    add: (bytes) => {
      total += bytes;
      call.terminal.progress(`${(total / 1e6).toFixed(1)} MB`);
    },
    end: () => call.terminal.progress(""),
  };
}
