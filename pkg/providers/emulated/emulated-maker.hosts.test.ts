import { execFile, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { aPool } from "../../../test/support/builders.ts";
import { type MakerBed, testMaker } from "../../../test/support/maker-contract.ts";
import { emulationIsPossible, isInstalled } from "../../../test/support/programs.ts";
import type { ResourcePool } from "../../api/index.ts";
import { systemClock } from "../../clock/index.ts";
import type { MachineMaker } from "../../fabric/index.ts";
import { silentLogger } from "../../log/index.ts";
import { ensureKeyPair, probeTcp } from "../../remote/index.ts";
import { makeEmulatedMaker } from "./emulated-maker.ts";
import { startFaultClock } from "./fault-clock.ts";
import { Worlds } from "./worlds.ts";

const program = resolve("dist/plush-delay");
const possible = emulationIsPossible() && isInstalled("cc", "ping");
const run = promisify(execFile);

interface World {
  readonly worlds: Worlds;
  readonly maker: () => MachineMaker;
  readonly pool: ResourcePool;
  readonly dataDir: string;
  /** Runs a program on a machine, by SSH. */
  ssh(name: string, ...argv: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

async function makeWorld(emulated: Readonly<Record<string, unknown>>): Promise<World> {
  const dataDir = await mkdtemp(join(tmpdir(), "plush-emulated-"));
  const keyPair = () => ensureKeyPair(join(dataDir, "keys"));
  const open = () => new Worlds({ clock: systemClock, clusterUid: dataDir, dataDir, program, keyPair });
  const pool = aPool("lab", { metadata: { uid: randomUUID() }, spec: { provider: { emulated } } });
  const { privateKey } = await keyPair();
  const identity = join(dataDir, "identity");
  await writeFile(identity, privateKey, { mode: 0o600 });
  return {
    worlds: open(),
    maker: () => makeEmulatedMaker(open(), systemClock),
    pool,
    dataDir,
    async ssh(name, ...argv) {
      const address = open().address(pool, Number(name.split("-")[1]));
      const options = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"];
      const flags = options.flatMap((option) => ["-o", option]);
      return (await run("ssh", ["-i", identity, ...flags, "-o", "ConnectTimeout=2", `root@${address}`, ...argv]))
        .stdout;
    },
    async close() {
      await open().sweep(new Set());
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function openBed(): Promise<MakerBed> {
  const { maker, pool, ssh, close } = await makeWorld({ hosts: 2 });
  const sleeper = () => spawnSync("pgrep", ["-x", "-f", "sleep 61234"]).status === 0;
  return {
    pool,
    names: ["lab-1", "lab-2"],
    open: maker,
    async runSomething(name) {
      await ssh(name, "setsid sleep 61234 >/dev/null 2>&1 </dev/null &");
      await expect.poll(sleeper).toBe(true);
    },
    isRunning: async () => sleeper(),
    close,
  };
}

if (possible) testMaker("emulated", openBed);

describe.runIf(possible)("emulated machines (root, sshd, iproute2, cc, ping)", () => {
  const open: World[] = [];
  const signal = new AbortController().signal;
  const callFor = (pool: ResourcePool) => ({ pool, ports: { secret: async () => undefined }, signal });
  afterAll(() => Promise.all(open.map((world) => world.close())));

  async function makeTwo(emulated: Readonly<Record<string, unknown>>): Promise<World> {
    const world = await makeWorld({ hosts: 2, ...emulated });
    open.push(world);
    for (const name of ["lab-1", "lab-2"]) await world.maker().create(name, callFor(world.pool));
    return world;
  }

  async function rttMs(world: World): Promise<number> {
    const other = world.worlds.address(world.pool, 2);
    const printed = await world.ssh("lab-1", "ping", "-n", "-c", "6", "-i", "0.05", other);
    // The quickest: others may wait for a processor of this computer.
    return Number(/= ([\d.]+)\/[\d.]+\//.exec(printed)?.[1]);
  }

  const sites = [
    { name: "paris", location: { latitude: 48.9, longitude: 2.4 } },
    { name: "tokyo", location: { latitude: 35.7, longitude: 139.7 } },
  ];

  test("B-EMUL-1: machines are as far apart as their sites, and a changed topology holds for those that run", async () => {
    const world = await makeTwo({ topology: { sites } });
    const listed = await world.maker().list(callFor(world.pool));
    expect(listed.map(({ spec }) => [spec?.labels["site"], spec?.location?.longitude])).toEqual([
      ["paris", 2.4],
      ["tokyo", 139.7],
    ]);
    // 9,700 km, 1.4 times, at 200 km a millisecond, there and back.
    expect(await rttMs(world)).toBeGreaterThan(130);
    expect(await rttMs(world)).toBeLessThan(142);

    const links = [{ from: "paris", to: "tokyo", rtt: "30ms" }];
    const boot = await world.ssh("lab-2", "cat", "/proc/sys/kernel/random/boot_id");
    const changed = aPool("lab", {
      metadata: world.pool.metadata,
      spec: { provider: { emulated: { hosts: 2, topology: { sites, links } } } },
    });
    await world.maker().create("lab-1", callFor(changed));
    expect(await rttMs(world)).toBeLessThan(36);
    expect(await world.ssh("lab-2", "cat", "/proc/sys/kernel/random/boot_id")).toBe(boot);
  });

  test("B-EMUL-2: a server that is started anew finds machines as they are, also when the delay line has died", async () => {
    const world = await makeTwo({});
    await world.ssh("lab-1", "echo kept >/root/file");
    const emulation = await world.worlds.find(world.pool);
    process.kill((await emulation?.distances?.line.pid()) ?? 0, "SIGKILL");
    expect((await world.maker().list(callFor(world.pool))).map(({ name }) => name)).toEqual(["lab-1", "lab-2"]);
    expect(await world.ssh("lab-1", "cat", "/root/file")).toBe("kept\n");
    expect(await rttMs(world)).toBeLessThan(5);
  });

  test("B-EMUL-3: nothing is left of a pool that is gone: no process, mount, namespace or device", async () => {
    const world = await makeTwo({});
    const other = await makeTwo({});
    await world.ssh("lab-2", "setsid sleep 61235 >/dev/null 2>&1 </dev/null &");
    const [name, otherName] = await Promise.all([world, other].map(nameOf));
    expect(traces(name)).toEqual(
      expect.arrayContaining([`pl-${name}`, `plush-${name}-1`, `/run/plush-emulation/${name}`]),
    );
    await world.worlds.sweep(new Set());
    expect(traces(name)).toEqual([]);
    expect(spawnSync("pgrep", ["-x", "-f", "sleep 61235"]).status).toBe(1);
    // Another server's are left alone as long as that server's directory is there.
    expect(await other.maker().list(callFor(other.pool))).toHaveLength(2);
    await rm(other.dataDir, { recursive: true });
    await world.worlds.sweep(new Set());
    expect(traces(otherName)).toEqual([]);
  });

  test("B-EMUL-5: faults come and go by the clock, and after a restart the clock goes on", async () => {
    const faults = [
      { at: "1ms", for: "4s", host: "lab-1", kind: "PowerOff" },
      { at: "1ms", for: "5s", host: "lab-2", kind: "Cut" },
      { at: "5s", host: "lab-2", kind: "Freeze" },
    ];
    const world = await makeTwo({ faults });
    const start = () =>
      startFaultClock({ clock: systemClock, log: silentLogger, worlds: world.worlds, pools: () => [world.pool] });
    const boot = await world.ssh("lab-1", "cat", "/proc/sys/kernel/random/boot_id");
    let stop = start();
    await expect.poll(() => look(world, 1)).toBe("silent");
    await expect.poll(() => look(world, 2)).toBe("silent");
    await stop();
    stop = start();
    await expect.poll(() => look(world, 1), { timeout: 15_000 }).toBe("answered");
    expect(await world.ssh("lab-1", "cat", "/proc/sys/kernel/random/boot_id")).not.toBe(boot);
    // Frozen, a moment after it was whole again: the kernel takes the connection, and nobody speaks.
    await expect.poll(() => look(world, 2), { timeout: 15_000 }).toBe("answered");
    const speaks = () =>
      world.ssh("lab-2", "true").then(
        () => true,
        () => false,
      );
    await expect.poll(speaks, { timeout: 15_000 }).toBe(false);
    expect(await look(world, 2)).toBe("answered");
    await stop();
  });
});

async function nameOf({ worlds, pool }: World): Promise<string> {
  return (await worlds.find(pool))?.bridge.slice("pl-".length) ?? "";
}

/** What there is of an emulation on this computer. */
function traces(name = ""): readonly string[] {
  const printed = (file: string, ...argv: string[]): string => spawnSync(file, argv, { encoding: "utf8" }).stdout;
  const words = [
    printed("ip", "netns", "list"),
    printed("ip", "-o", "link"),
    readFileSync("/proc/self/mounts", "utf8"),
    printed("ps", "-eo", "args"),
    printed("find", "/sys/fs/cgroup", "-name", `plush-emulation-${name}`),
    printed("find", "/run/plush-emulation", "-maxdepth", "1"),
  ].flatMap((text) => text.split(/[\s:@]+/));
  return [...new Set(words.filter((word) => word.includes(name)))];
}

/** What a look from outside says. */
function look(world: World, index: number): Promise<string> {
  return probeTcp(world.worlds.address(world.pool, index), 22, 300, new AbortController().signal);
}
