import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where `SmallDisk` can be: it mounts a file system. */
export const canMount = process.getuid?.() === 0 && process.platform === "linux";

/** A file system of its own, in memory, which is soon full. */
export class SmallDisk {
  readonly path: string;

  constructor(path: string, megabytes: number) {
    this.path = path;
    mkdirSync(path);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path]);
  }

  /** To the last byte. */
  fill(): void {
    for (let size = 1 << 20; size >= 512; size /= 2) {
      try {
        for (;;) writeFileSync(join(this.path, "filler"), Buffer.alloc(size), { flag: "a" });
      } catch {
        // Full for this size.
      }
    }
  }

  makeRoom(): void {
    rmSync(join(this.path, "filler"));
  }

  remount(how: "ro" | "rw"): void {
    execFileSync("mount", ["-o", `remount,${how}`, this.path]);
  }

  unmount(): void {
    execFileSync("umount", [this.path]);
  }
}
