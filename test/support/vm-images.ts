import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { isInstalled } from "./programs.ts";

/** What virtual machines need: root on Linux on x86-64, and these. */
export function machinesArePossible(): boolean {
  if (process.getuid?.() !== 0 || process.platform !== "linux" || process.arch !== "x64") return false;
  return isInstalled("qemu-system-x86_64", "qemu-img", "mmdebstrap", "mkfs.ext4", "modprobe", "ssh-keygen");
}

/** Lets a directory of virtual machines use the images that earlier runs have made: to make one takes a minute or more. */
export function shareImages(machines: string): void {
  const shared = resolve(".make/vm-images");
  mkdirSync(shared, { recursive: true });
  mkdirSync(machines, { recursive: true });
  if (!existsSync(join(machines, "images"))) symlinkSync(shared, join(machines, "images"));
}
