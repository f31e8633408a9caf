import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sendSignal } from "../signal/index.ts";
import { runCommand } from "./command.ts";
import { hostProcess, isHostProcess } from "./host-process.ts";
import { compareListings, type HostListing, listFiles, listGroups, listMounts, listProcesses } from "./listing.ts";
import type { Network } from "./network.ts";

export interface HostOptions {
  readonly index: number;
  readonly name: string;
  /** The host's own directory on a tmpfs. */
  readonly directory: string;
  readonly network: Network;
  readonly mask: string;
  /** Directories for which the mask stands, and not this machine. */
  readonly hidden: readonly string[];
  readonly initScript: string;
  /** A control group of its own, or "". */
  readonly controlGroup: string;
  /** Path of a program that the host shall not have, or "". */
  readonly hide: string;
  readonly authorizedKey: string;
  readonly user?: string;
  readonly sshdOptions: readonly string[];
}

/** One machine: own address, SSH server, processes and file system; can be crashed, cut off and healed. */
export class EmulatedHost {
  readonly name: string;
  /** From 1, by which its network counts. */
  readonly index: number;
  readonly address: string;
  readonly port = 22;
  readonly #options: HostOptions;
  /** The pid of its first process, as this computer counts; undefined: it is off. */
  #init: number | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    this.name = options.name;
    this.index = options.index;
    this.address = options.network.names.address(options.index);
  }

  /** All that there is of it on this computer. */
  get directory(): string {
    return this.#options.directory;
  }

  /** The file system's own part: what this host wrote lies here, and nothing else. */
  get upper(): string {
    return join(this.#options.directory, "upper");
  }

  get isRunning(): boolean {
    return this.#init !== undefined;
  }

  /** Makes the disk: directories, host key, who may log in. Once in the life of a host. */
  async install(): Promise<void> {
    const { directory, authorizedKey, user } = this.#options;
    for (const name of ["upper", "work", "root"]) await mkdir(join(directory, name), { recursive: true });
    await runCommand("ssh-keygen", [
      "-q",
      "-t",
      "ed25519",
      "-N",
      "",
      "-C",
      this.name,
      "-f",
      join(directory, "host_key"),
    ]);
    await writeFile(join(directory, "empty"), "");
    await mkdir(join(this.upper, "etc"), { recursive: true });
    await writeFile(join(this.upper, "etc", "hosts"), `127.0.0.1 localhost\n127.0.1.1 ${this.name}\n`);
    await this.#allow(join(this.upper, "root"), authorizedKey);
    if (user !== undefined) await this.#addUser(user, authorizedKey);
  }

  /** Replaces the host key, as a reinstalled machine has another; takes effect at the next power-on. */
  async changeHostKey(): Promise<void> {
    const { directory } = this.#options;
    await runCommand("rm", ["-f", join(directory, "host_key"), join(directory, "host_key.pub")]);
    await runCommand("ssh-keygen", [
      "-q",
      "-t",
      "ed25519",
      "-N",
      "",
      "-C",
      this.name,
      "-f",
      join(directory, "host_key"),
    ]);
  }

  /** Boots; a new boot identity each time. Resolves when the SSH server answers. */
  async powerOn(): Promise<void> {
    const { directory, name, controlGroup, mask, hide, initScript, network, index, sshdOptions } = this.#options;
    await writeFile(join(directory, "boot_id"), `${randomUUID()}\n`);
    await writeFile(join(directory, "machine-id"), `${randomUUID().replaceAll("-", "")}\n`);
    if (controlGroup !== "") await mkdir(controlGroup, { recursive: true });
    await network.setLink(index, "up");
    const inside = ["unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "sh", initScript];
    const parameters = [directory, name, controlGroup, mask, hide, ...sshdOptions.flatMap((option) => ["-o", option])];
    const child = spawn(
      "nsenter",
      [`--net=/run/netns/${network.names.namespace(index)}`, "--", ...inside, ...parameters],
      {
        stdio: ["ignore", "ignore", "pipe"],
        detached: true,
      },
    );
    let complaints = "";
    child.stderr?.on("data", (chunk) => {
      complaints = `${complaints}${chunk}`.slice(-2000);
    });
    child.once("error", () => {});
    this.#init = child.pid;
    await this.#answering(() => complaints);
    // It outlives this program: nobody must be needed to read what it might say.
    child.stderr?.destroy();
    child.unref();
  }

  /** Takes up a host that another program has started and that still runs, or is off. */
  async adopt(): Promise<void> {
    this.#init = await hostProcess(this.#options.directory);
  }

  /** All processes die at once; the kernel still answers for the address: connections are refused. */
  async crash(): Promise<void> {
    const init = this.#init;
    if (init === undefined) return;
    const first = await this.#firstPid().catch(() => undefined);
    const { directory } = this.#options;
    if (await isHostProcess(init, directory)) sendSignal(init, "SIGKILL");
    while (await isHostProcess(init, directory)) await sleep(5);
    this.#init = undefined;
    // The kernel kills process 1 when its parent is gone, and everything with it; a moment later.
    while (first !== undefined && existsSync(`/proc/${first}`)) await sleep(5);
  }

  /** Every process stands still, as on a machine that swaps or is paused; the kernel still answers for the address. */
  async freeze(): Promise<void> {
    await this.#signalAll("SIGSTOP");
  }

  async thaw(): Promise<void> {
    await this.#signalAll("SIGCONT");
  }

  /** As a machine without power: nothing answers any more. */
  async powerOff(): Promise<void> {
    await this.cut();
    await this.crash();
  }

  /** Pulls the network cable: silence both ways. */
  cut(): Promise<void> {
    return this.#options.network.setLink(this.#options.index, "down");
  }

  /** Pulls it one way, where a delay line makes the network. */
  cutOneWay(state: "deaf" | "mute"): Promise<void> {
    return this.#options.network.setLink(this.#options.index, state);
  }

  heal(): Promise<void> {
    return this.#options.network.setLink(this.#options.index, "up");
  }

  /** Runs a program on the host without SSH, as root. */
  async exec(argv: readonly string[]): Promise<string> {
    const pid = await this.#firstPid();
    return runCommand("nsenter", ["-t", String(pid), "-m", "-u", "-i", "-n", "-p", "-r", "-w", "--", ...argv]);
  }

  /** A small file system over `path`, so that the disk is full after `bytes`. */
  async limitDisk(path: string, bytes: number): Promise<void> {
    await this.exec(["mkdir", "-p", path]);
    await this.exec(["mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path]);
  }

  /** What this host has that a fresh one has not, what runs on it, its mounts and control groups. */
  async list(): Promise<HostListing> {
    const first = `/proc/${await this.#firstPid()}`;
    const root = `${first}/root`;
    const files = new Map<string, string>();
    const { mask, hidden } = this.#options;
    const isHidden = (path: string): boolean => hidden.some((directory) => `${path}/`.startsWith(`${directory}/`));
    await listFiles(this.upper, "", files, (path) => (isHidden(path) ? join(mask, path) : path));
    await listFiles(`${root}/run`, "/run", files);
    await listFiles(`${root}/dev/shm`, "/dev/shm", files);
    return {
      files,
      processes: await listProcesses(`${root}/proc`),
      mounts: await listMounts(`${first}/mounts`),
      groups: await listGroups(this.#options.controlGroup),
    };
  }

  /** What changed since a listing, a line each. */
  async changesSince(before: HostListing): Promise<string[]> {
    return compareListings(before, await this.list());
  }

  /** SHA256 fingerprint of the host key, as ssh-keygen prints it. */
  async hostKeyFingerprint(): Promise<string> {
    const printed = await runCommand("ssh-keygen", ["-l", "-f", join(this.#options.directory, "host_key.pub")]);
    return printed.split(" ")[1] ?? "";
  }

  async #allow(home: string, authorizedKey: string): Promise<void> {
    await mkdir(home, { recursive: true });
    await mkdir(join(home, ".ssh"), { mode: 0o700 });
    await writeFile(join(home, ".ssh", "authorized_keys"), `${authorizedKey}\n`, { mode: 0o600 });
  }

  async #addUser(user: string, authorizedKey: string): Promise<void> {
    const etc = join(this.upper, "etc");
    await mkdir(join(etc, "sudoers.d"), { recursive: true });
    const append = async (file: string, line: string, mode: number): Promise<void> => {
      await writeFile(join(etc, file), `${await readFile(`/etc/${file}`, "utf8")}${line}\n`);
      await chmod(join(etc, file), mode);
    };
    await append("passwd", `${user}:x:7001:7001::/home/${user}:/bin/sh`, 0o644);
    await append("group", `${user}:x:7001:`, 0o644);
    await append("shadow", `${user}:*:19000:0:99999:7:::`, 0o640);
    await writeFile(join(etc, "sudoers.d", user), `${user} ALL=(ALL) NOPASSWD: ALL\n`, { mode: 0o440 });
    const home = join(this.upper, "home", user);
    await this.#allow(home, authorizedKey);
    await runCommand("chown", ["-R", "7001:7001", home]);
  }

  /** The host's process 1, the SSH server: child of the unshare process. */
  async #firstPid(): Promise<number> {
    const outer = this.#init;
    if (outer === undefined) throw new Error(`${this.name} is off`);
    const children = await readFile(`/proc/${outer}/task/${outer}/children`, "utf8");
    const pid = Number(children.trim().split(" ")[0]);
    if (!Number.isInteger(pid) || pid <= 0) throw new Error(`${this.name} has no first process`);
    return pid;
  }

  /** To all at once, so that none forks meanwhile; its first process hears only who stands outside. */
  async #signalAll(signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
    await this.exec(["kill", `-${signal.slice("SIG".length)}`, "--", "-1"]).catch((error: Error) => {
      // Nothing runs there besides the first process.
      if (!error.message.includes("No such process")) throw error;
    });
    process.kill(await this.#firstPid(), signal);
  }

  async #answering(complaints: () => string): Promise<void> {
    for (let attempt = 0; attempt < 400; attempt++) {
      if (this.#init === undefined || !existsSync(`/proc/${this.#init}`)) break;
      if (await answers(this.address, this.port)) return;
      await sleep(25);
    }
    throw new Error(`${this.name} (${this.address}) does not answer SSH: ${complaints()}`);
  }
}

function answers(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 500 });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
    socket.once("timeout", () => finish(false));
  });
}
