import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { sendSignal } from "../signal/index.ts";
import { runCommand } from "./command.ts";
import { DelayLine } from "./delay-line.ts";
import { hostProcessesUnder } from "./host-process.ts";
import { removeNetwork } from "./network.ts";
import { controlGroupBases, delaySocketIn, directoryOf } from "./places.ts";

/** Removes what a run of this name left: processes, mounts, namespaces, devices, control groups. */
export async function cleanUpEmulation(name: string): Promise<void> {
  const directory = directoryOf(name);
  for (const pid of await hostProcessesUnder(directory)) sendSignal(pid, "SIGKILL");
  await new DelayLine(delaySocketIn(directory)).stop();
  for (const mount of await mountsUnder(directory)) await runCommand("umount", ["-l", mount]).catch(() => "");
  await rm(directory, { recursive: true, force: true });
  await removeNetwork(name);
  for (const root of controlGroupBases) await removeGroup(join(root, `plush-emulation-${name}`));
}

/** A control group without processes, with the groups that processes have made below it. */
export async function removeGroup(group: string): Promise<void> {
  if (!existsSync(group)) return;
  for (const child of await readdir(group, { withFileTypes: true })) {
    if (child.isDirectory()) await removeGroup(join(group, child.name));
  }
  await runCommand("rmdir", [group]).catch(() => "");
}

async function mountsUnder(directory: string): Promise<string[]> {
  const lines = (await readFile("/proc/self/mounts", "utf8")).split("\n");
  const points = lines.map((line) => line.split(" ")[1] ?? "");
  return points.filter((point) => point === directory || point.startsWith(`${directory}/`)).reverse();
}
