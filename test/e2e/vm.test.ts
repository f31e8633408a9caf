import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { systemClock } from "../../pkg/clock/index.ts";
import { makeVmProvider, type VmProvider } from "../../pkg/providers/vm/index.ts";
import { ensureKeyPair } from "../../pkg/remote/index.ts";
import { aPool } from "../support/builders.ts";
import { type MakerBed, testMaker } from "../support/maker-contract.ts";
import { machinesArePossible, shareImages } from "../support/vm-images.ts";

/** Without the processor's help, on a computer that has other things to do, a boot takes its time. */
const comesWithinMs = 240_000;

async function openBed(): Promise<MakerBed> {
  const root = await mkdtemp(join(tmpdir(), "plush-vm-"));
  shareImages(join(root, "vm"));
  const keyPair = () => ensureKeyPair(join(root, "key"));
  const open = (): VmProvider =>
    makeVmProvider({
      ...{ clock: systemClock, clusterUid: root, directory: join(root, "vm"), keyPair },
      bundle: { version: "none", path: "/none", bytes: Buffer.alloc(0) },
    });
  const uid = randomUUID();
  const pool = aPool("lab", { metadata: { uid }, spec: { provider: { vm: { count: 2, memory: "256Mi" } } } });
  const identity = join(root, "identity");
  await writeFile(identity, (await keyPair()).privateKey, { mode: 0o600 });
  return {
    pool,
    names: ["lab-1", "lab-2"],
    open: () => open().maker,
    async runSomething(name) {
      const spec = open()
        .machines(pool)
        .find((machine) => machine.name === name);
      const options = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"];
      const flags = [...options.flatMap((option) => ["-o", option]), "-i", identity, "-p", String(spec?.port)];
      const ssh = (command: string) => promisify(execFile)("ssh", [...flags, `root@${spec?.address}`, command]);
      await expect
        .poll(() => ssh("hostname && node --version").then(({ stdout }) => stdout, String), { timeout: comesWithinMs })
        .toMatch(new RegExp(`^${name}\nv`));
      await ssh("setsid sleep 600 >/dev/null 2>&1 </dev/null &");
    },
    isRunning: async (name) =>
      (await linesOfQemu()).some((line) => line.includes(join(root, "vm", "pools", uid, name))),
    async close() {
      await open().sweep(new Set());
      expect(existsSync(join(root, "vm", "pools", uid))).toBe(false);
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function linesOfQemu(): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return lines.filter((line) => line.includes("qemu-system"));
}

if (machinesArePossible()) testMaker("vm", openBed, comesWithinMs);
