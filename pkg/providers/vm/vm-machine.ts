import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sendSignal } from "../../signal/index.ts";
import type { Image } from "./image.ts";
import { speaksSsh } from "./look.ts";
import { machineFiles, type QemuOptions, qemuArguments, seedFiles } from "./qemu-plan.ts";
import { run } from "./run.ts";

export interface VmSettings extends Omit<QemuOptions, "directory" | "kernel" | "initrd" | "machineId"> {
  readonly diskBytes: number;
  /** Among the machines of the pool. */
  readonly dataAddress: string;
  readonly authorizedKey: string;
}

/** Says that a directory holds a whole machine; written last. */
const wholeFile = "whole";
const hostKeyFile = "host_key";
const machineIdFile = "machine-id";
/** There once the machine has spoken for the first time. */
const spokenFile = "spoken";

/**
 * So long a look at a machine that boots waits for its SSH server to speak: without KVM that takes seconds, and to hang up
 * before only makes it begin anew.
 */
const speakMs = 10_000;

/** A directory of this computer with a machine's disk, and the QEMU process that runs it, if one does. */
export class VmMachine {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get exists(): boolean {
    return existsSync(join(this.#directory, wholeFile));
  }

  /** Makes its disks. What an interrupted attempt has left goes first. */
  async make(settings: VmSettings, image: Image): Promise<void> {
    await this.remove();
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const backing = ["-b", image.disk, "-F", "raw"];
    await run("qemu-img", ["create", "-q", "-f", "qcow2", ...backing, this.#path("disk"), String(settings.diskBytes)]);
    const hostKey = join(this.#directory, hostKeyFile);
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", settings.name, "-f", hostKey]);
    await writeFile(join(this.#directory, machineIdFile), randomUUID().replaceAll("-", ""));
    await this.#makeSeed({ ...settings, hostKey: await readFile(hostKey, "utf8") });
    await writeFile(join(this.#directory, wholeFile), "");
  }

  /** Starts it, unless it runs. Resolves when QEMU does, long before the machine answers. */
  async boot(settings: VmSettings, image: Image): Promise<void> {
    if (await this.isRunning()) return;
    const machineId = (await readFile(join(this.#directory, machineIdFile), "utf8")).trim();
    const { kernel, initrd } = image;
    await run(
      "qemu-system-x86_64",
      qemuArguments({ ...settings, directory: this.#directory, kernel, initrd, machineId }),
    );
  }

  /** Resolves when no process is left that could write to its disk. */
  async stop(): Promise<void> {
    for (let pids = await this.#pids(); pids.length > 0; pids = await this.#pids()) {
      for (const pid of pids) sendSignal(pid, "SIGKILL");
      await sleep(10);
    }
  }

  async remove(): Promise<void> {
    await this.stop();
    // First what says that it is whole: a removal that is interrupted is not taken for a machine.
    await rm(join(this.#directory, wholeFile), { force: true });
    await rm(this.#directory, { recursive: true, force: true });
  }

  async isRunning(): Promise<boolean> {
    return (await this.#pids()).length > 0;
  }

  /** Whether it has come up since it was made. */
  async hasSpoken(address: string, port: number): Promise<boolean> {
    const mark = join(this.#directory, spokenFile);
    if (existsSync(mark)) return true;
    if (!(await this.isRunning()) || !(await speaksSsh(address, port, speakMs))) return false;
    await writeFile(mark, "").catch(() => {});
    return true;
  }

  /** SHA256 fingerprint of its host key, as ssh-keygen prints it. */
  async hostKeyFingerprint(): Promise<string> {
    const printed = await run("ssh-keygen", ["-l", "-f", join(this.#directory, `${hostKeyFile}.pub`)]);
    return printed.split(" ")[1] ?? "";
  }

  #path(key: keyof typeof machineFiles): string {
    return join(this.#directory, machineFiles[key]);
  }

  /** Files alone: directories would change those of the machine. */
  async #makeSeed(settings: Parameters<typeof seedFiles>[0]): Promise<void> {
    const tree = join(this.#directory, "seed");
    const files = Object.entries(seedFiles(settings));
    for (const [path, { text, mode }] of files) {
      await mkdir(dirname(join(tree, path)), { recursive: true });
      await writeFile(join(tree, path), text);
      await chmod(join(tree, path), mode);
    }
    const owner = ["--owner=0", "--group=0", "--numeric-owner"];
    await run("tar", ["-c", ...owner, "-f", `${this.#path("seed")}.new`, "-C", tree, ...files.map(([path]) => path)]);
    await rename(`${this.#path("seed")}.new`, this.#path("seed"));
    await rm(tree, { recursive: true });
  }

  /** Processes of QEMU that have its disk in their arguments, whoever has started them. */
  async #pids(): Promise<readonly number[]> {
    const all = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
    const lines = await Promise.all(all.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
    return all.filter((_, at) => {
      const [program = "", ...words] = lines[at]?.split("\0") ?? [];
      return program.includes("qemu-system") && words.some((word) => word.includes(`file=${this.#path("disk")},`));
    });
  }
}
