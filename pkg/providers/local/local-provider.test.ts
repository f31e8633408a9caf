import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { aPool } from "../../../test/support/builders.ts";
import type { Resource } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import type { ConnectRequest } from "../../fabric/index.ts";
import { makeLocalProvider } from "./local-provider.ts";
import { addressOf, placeOf } from "./places.ts";
import { processesOf } from "./processes.ts";

/** Listens as an agent does, with a process of its own that only its environment ties to the machine. */
const agentProgram = `
import net from "node:net";
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
const dir = process.argv.at(-1);
rmSync(dir + "/run/agent.sock", { force: true });
net.createServer((socket) => socket.on("error", () => {})).listen(dir + "/run/agent.sock");
spawn("sleep", ["600"], { detached: true, cwd: "/", env: { PLUSH_WORK: dir + "/claims/x" } });
`;

let dataDir: string;
let bundlePath: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "plush-local-"));
  bundlePath = join(dataDir, "agent.mjs");
  await writeFile(bundlePath, agentProgram);
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

function request(steps: string[] = [], replace?: string): ConnectRequest {
  return {
    config: {
      clusterUid: "c",
      resourceUid: "r",
      resourceName: "local-1",
      serverKey: "",
      version: "v",
      address: "127.88.0.1",
      beatMs: 500,
      orphanAfterMs: 1,
    },
    signal: AbortSignal.timeout(20_000),
    onStep: (step) => steps.push(step),
    ...(replace !== undefined && { replace }),
  };
}

test.runIf(process.platform === "linux")(
  "a machine is started once, switched off and on, removed without a trace",
  async () => {
    const provider = makeLocalProvider({ clock: systemClock, dataDir, bundlePath });
    const resource = { metadata: { name: "local-1" }, spec: { poolName: "local" } } as unknown as Resource;
    const { connector } = await provider.reach(resource, undefined, { secret: async () => undefined });
    const directory = join(dataDir, "local", "local", "local-1");
    const bootIdentity = async (): Promise<unknown> =>
      (JSON.parse(await readFile(join(directory, "agent.json"), "utf8")) as { bootIdentity: unknown }).bootIdentity;

    const steps: string[] = [];
    (await connector.connect(request(steps))).close();
    (await connector.connect(request(steps))).close();
    expect(steps).toEqual(["starting agent"]);
    await expect.poll(() => processesOf(directory), { timeout: 10_000 }).toHaveLength(2);
    const firstBoot = await bootIdentity();

    (await connector.connect(request(steps, "settings changed"))).close();
    expect(await bootIdentity()).toBe(firstBoot);

    // Stopped by force it is another boot, and may start again.
    const ports = { secret: async () => undefined };
    await provider.maker.fence?.("local-1", { pool: aPool("local"), ports, signal: new AbortController().signal });
    expect(await processesOf(directory)).toEqual([]);
    (await connector.connect(request())).close();
    const fencedBoot = await bootIdentity();
    expect(fencedBoot).not.toBe(firstBoot);

    await provider.powerOff("local", "local-1");
    expect(await processesOf(directory)).toEqual([]);
    expect(await connector.probe(100, new AbortController().signal)).toBe("gone");
    await expect(connector.connect(request())).rejects.toMatchObject({ reason: "Unreachable" });

    await provider.powerOn("local", "local-1");
    (await connector.connect(request())).close();
    expect(await bootIdentity()).not.toBe(fencedBoot);

    await connector.remove(new AbortController().signal);
    expect(await processesOf(directory)).toEqual([]);
    expect(await readdir(dataDir)).toEqual(["agent.mjs"]);
  },
);

test("an agent that ends at once is explained by its last words", async () => {
  await writeFile(bundlePath, "throw new Error('no such luck')");
  const provider = makeLocalProvider({ clock: systemClock, dataDir, bundlePath });
  const resource = { metadata: { name: "local-1" }, spec: { poolName: "local" } } as unknown as Resource;
  const { connector } = await provider.reach(resource, undefined, { secret: async () => undefined });
  await expect(connector.connect(request())).rejects.toMatchObject({
    reason: "BootstrapFailed",
    message: expect.stringContaining("no such luck"),
  });
});

test("paths too long for a socket go to a short place; addresses differ", () => {
  const deep = `/data/${"x".repeat(80)}`;
  const place = placeOf({ dataDir: deep, shortDir: "/tmp/plush-0" }, "local", "local-1");
  expect(place.directory).toMatch(/^\/tmp\/plush-0\/[0-9a-f]{16}$/);
  const addresses = Array.from({ length: 300 }, (_, index) => addressOf("/data", "local", index));
  expect(new Set(addresses).size).toBe(300);
  expect(addresses.every((address) => /^127\.88\.\d+\.\d+$/.test(address))).toBe(true);
  expect(existsSync(deep)).toBe(false);
});
