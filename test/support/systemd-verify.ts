import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** What systemd has to say about a unit; nothing where all is well. */
export function complaints(unit: string): string {
  const directory = mkdtempSync(join(tmpdir(), "plush-unit-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "plush-test.service");
  writeFileSync(file, unit);
  // What it only warns of is told with exit code 0.
  const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
  return stdout + stderr;
}
