import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { VmImage } from "../../api/index.ts";
import type { Locks } from "../made/index.ts";
import { imageFiles, initScript, installArguments, maskedUnits, modules, recipeOf, wantedUnits } from "./image-plan.ts";
import { run } from "./run.ts";

/** What machines boot from. */
export interface Image {
  /** Raw; machines' disks hold what differs from it. */
  readonly disk: string;
  readonly kernel: string;
  readonly initrd: string;
}

/** Nothing of it is taken up: it is where the disks of machines end at the latest. */
const diskBytes = 2 * 1024 ** 3;

/** The image of this recipe, made at the first time: that takes a minute or more, and Debian's packages. */
export function ensureImage(directory: string, image: VmImage, locks: Locks, signal: AbortSignal): Promise<Image> {
  const digest = createHash("sha256").update(recipeOf(image)).digest("hex").slice(0, 16);
  const place = join(directory, digest);
  return locks.run(place, async () => {
    if (!existsSync(place)) await makeImage(place, image, signal);
    return { disk: join(place, "disk"), kernel: join(place, "kernel"), initrd: join(place, "initrd") };
  });
}

/** A place appears when it is whole; what an interrupted attempt has left is removed by the next one. */
async function makeImage(place: string, image: VmImage, signal: AbortSignal): Promise<void> {
  const scratch = `${place}.making`;
  await rm(scratch, { recursive: true, force: true });
  const root = join(scratch, "root");
  await mkdir(root, { recursive: true });
  // The kernel's package would make an initrd with all that any computer may need.
  await run("mmdebstrap", installArguments(image, root), { signal, env: { INITRD: "No" } });
  await settle(root);
  await makeInitrd(root, scratch, signal);
  const kernel = await newest(join(root, "boot"), "vmlinuz-");
  await copyFile(kernel, join(scratch, "kernel"));
  const disk = join(scratch, "disk");
  await writeFile(disk, "");
  await truncate(disk, diskBytes);
  await run("mkfs.ext4", ["-q", "-F", "-m", "0", "-L", "plush", "-d", root, disk], { signal });
  await rm(root, { recursive: true });
  await rename(scratch, place);
}

/** What the packages have not done. */
async function settle(root: string): Promise<void> {
  for (const [path, text] of Object.entries(imageFiles)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await rm(join(root, path), { force: true });
    await writeFile(join(root, path), text);
  }
  const units = maskedUnits.map((unit) => [`etc/systemd/system/${unit}`, "/dev/null"] as const);
  for (const [path, target] of [...Object.entries(wantedUnits), ...units]) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await rm(join(root, path), { force: true });
    await symlink(target, join(root, path));
  }
  // Keys that all machines would share are no keys.
  for (const name of await readdir(join(root, "etc/ssh"))) {
    if (name.startsWith("ssh_host_")) await rm(join(root, "etc/ssh", name));
  }
}

/** Modules of all devices, and what mounts the disk. */
async function makeInitrd(root: string, scratch: string, signal: AbortSignal): Promise<void> {
  const tree = join(root, "tmp", `initrd-${randomUUID()}`);
  for (const name of ["bin", "dev", "modules", "root"]) await mkdir(join(tree, name), { recursive: true });
  const version = basename(await newest(join(root, "lib/modules"), ""));
  const printed = await run(
    "modprobe",
    ["--dirname", root, "--set-version", version, "--show-depends", "--all", ...modules],
    { signal },
  );
  const paths = [
    ...new Set(printed.split("\n").flatMap((line) => (line.startsWith("insmod ") ? [line.split(" ")[1] ?? ""] : []))),
  ];
  for (const path of paths) await copyFile(path, join(tree, "modules", basename(path)));
  await copyFile(join(root, "bin/busybox"), join(tree, "bin/busybox"));
  await writeFile(join(tree, "init"), initScript(paths.map((path) => basename(path))), { mode: 0o755 });
  const list = 'cd "$1" && find . | cpio --quiet -o -H newc >/initrd';
  await run("chroot", [root, "sh", "-c", list, "sh", `/tmp/${basename(tree)}`], { signal });
  await rename(join(root, "initrd"), join(scratch, "initrd"));
  await rm(tree, { recursive: true });
}

async function newest(directory: string, prefix: string): Promise<string> {
  const name = (await readdir(directory))
    .filter((one) => one.startsWith(prefix))
    .sort()
    .at(-1);
  if (name === undefined) throw new Error(`${directory} holds no ${prefix || "entry"}`);
  return join(directory, name);
}
