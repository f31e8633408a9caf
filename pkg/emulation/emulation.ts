import { existsSync, realpathSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runCommand } from "./command.ts";
import { EmulatedHost } from "./host.ts";
import { hostInit } from "./host-init.ts";
import { makeNetwork, networkNames, removeNetwork } from "./network.ts";

export interface EmulationOptions {
  /** At most 5 characters, [a-z0-9]; names bridge, namespaces and directory. A crashed run of this name is removed first. */
  readonly name: string;
  /** The second octet of its addresses, 88 by default: emulations that run at the same time differ in name and in this. */
  readonly octet?: number;
  readonly hosts: number;
  /** Public key line that may log in. */
  readonly authorizedKey: string;
  /** A login user with sudo besides root. */
  readonly user?: string;
  /** Directories of this machine that hosts do not see (the checkout, the server's data). */
  readonly hidden?: readonly string[];
  /** Indices (from 1) of hosts on which Node.js is not installed. */
  readonly withoutNode?: readonly number[];
  /** Further sshd options, "Name=value", for some hosts. */
  readonly sshdOptions?: (index: number) => readonly string[];
}

const base = "/run/plush-emulation";
const groupBase = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"];

/** What hosts have of their own, empty at first. */
const alwaysHidden = ["/root", "/home", "/tmp", "/var/tmp"];

/** A set of hosts on one bridge, the controller's address among them. Needs root on Linux. */
export class Emulation {
  readonly hosts: readonly EmulatedHost[];
  readonly #name: string;

  private constructor(name: string, hosts: readonly EmulatedHost[]) {
    this.#name = name;
    this.hosts = hosts;
  }

  /** Network device that carries what this machine sends to hosts; what they send each other does not pass it. */
  get bridge(): string {
    return networkNames(this.#name).bridge;
  }

  /** Makes network and hosts and boots them all. */
  static async start(options: EmulationOptions): Promise<Emulation> {
    await cleanUpEmulation(options.name);
    const directory = join(base, options.name);
    await mkdir(directory, { recursive: true });
    await runCommand("mount", ["-t", "tmpfs", "-o", "mode=755", "tmpfs", directory]);
    const initScript = join(directory, "init");
    await writeFile(initScript, hostInit);
    const hidden = [...alwaysHidden, ...(options.hidden ?? [])];
    const mask = await makeMask(directory, hidden);
    const network = networkNames(options.name, options.octet);
    await makeNetwork(network, options.hosts);
    const group = await controlGroupRoot(options.name);
    const hosts = Array.from({ length: options.hosts }, (_, at) => {
      const index = at + 1;
      return new EmulatedHost({
        index,
        name: `n${index}`,
        directory: join(directory, "hosts", String(index)),
        network,
        mask,
        hidden,
        initScript,
        controlGroup: group === "" ? "" : join(group, String(index)),
        hide: options.withoutNode?.includes(index) ? realpathSync(process.execPath) : "",
        authorizedKey: options.authorizedKey,
        ...(options.user !== undefined && { user: options.user }),
        sshdOptions: options.sshdOptions?.(index) ?? [],
      });
    });
    const emulation = new Emulation(options.name, hosts);
    for (const host of hosts) await host.install();
    for (let at = 0; at < hosts.length; at += 16)
      await Promise.all(hosts.slice(at, at + 16).map((host) => host.powerOn()));
    return emulation;
  }

  async stop(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.crash()));
    await cleanUpEmulation(this.#name);
  }
}

/** Removes what a run of this name left: processes, mounts, namespaces, bridge, control groups. */
async function cleanUpEmulation(name: string): Promise<void> {
  const directory = join(base, name);
  if (existsSync(directory)) await killUsersOf(directory);
  for (const mount of await mountsUnder(directory)) await runCommand("umount", ["-l", mount]).catch(() => "");
  await rm(directory, { recursive: true, force: true });
  await removeNetwork(name);
  for (const root of groupBase) {
    const group = join(root, `plush-emulation-${name}`);
    if (!existsSync(group)) continue;
    for (const child of await readdir(group)) await runCommand("rmdir", [join(group, child)]).catch(() => "");
    await runCommand("rmdir", [group]).catch(() => "");
  }
}

/** Ends the unshare processes of earlier runs, which name the directory in their arguments. */
async function killUsersOf(directory: string): Promise<void> {
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    const argv = line.split("\0");
    if (argv[0] === "unshare" && argv.includes(join(directory, "init"))) process.kill(Number(pid), "SIGKILL");
  }
}

async function mountsUnder(directory: string): Promise<string[]> {
  const lines = (await readFile("/proc/self/mounts", "utf8")).split("\n");
  const points = lines.map((line) => line.split(" ")[1] ?? "");
  return points.filter((point) => point === directory || point.startsWith(`${directory}/`)).reverse();
}

/** A layer over this machine's root in which some directories are empty: opaque, in overlayfs' words. */
async function makeMask(directory: string, hidden: readonly string[]): Promise<string> {
  const mask = join(directory, "mask");
  const setOpaque = "import os,sys; os.setxattr(sys.argv[1], 'trusted.overlay.opaque', b'y')";
  for (const path of hidden) {
    const inMask = join(mask, path);
    await mkdir(dirname(inMask), { recursive: true });
    await mkdir(inMask, { recursive: true, mode: 0o755 });
    if (path.endsWith("/tmp")) await runCommand("chmod", ["1777", inMask]);
    if (path === "/root") await runCommand("chmod", ["700", inMask]);
    await runCommand("python3", ["-c", setOpaque, inMask]);
  }
  return mask;
}

/** A control group for the hosts where version 2 is writable here, else "". */
async function controlGroupRoot(name: string): Promise<string> {
  for (const root of groupBase) {
    if (!existsSync(join(root, "cgroup.procs")) || !existsSync(join(root, "cgroup.controllers"))) continue;
    const group = join(root, `plush-emulation-${name}`);
    const made = await mkdir(group, { recursive: true }).then(
      () => true,
      () => false,
    );
    if (made) return group;
  }
  return "";
}
