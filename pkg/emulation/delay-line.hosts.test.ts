import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { emulationIsPossible, isInstalled } from "../../test/support/programs.ts";
import { adoptDelayedNetwork, type DelayedNetwork, makeDelayedNetwork } from "./delayed-network.ts";
import { networkNames, removeNetwork } from "./network.ts";
import type { Topology } from "./topology.ts";

const possible = emulationIsPossible() && isInstalled("cc", "ping");
const run = promisify(execFile);

/** What reaches into places where it must not ends with a report, and the next command fails. */
const flags = ["-std=c17", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined"];

const topology: Topology = {
  sites: [{ name: "here" }, { name: "there" }, { name: "afar" }],
  links: [
    { from: "here", to: "there", rttMs: 80 },
    { from: "here", to: "afar", rttMs: 10, loss: 0.1, bandwidth: 1_000_000 },
    { from: "there", to: "afar", rttMs: 40, jitterMs: 10 },
  ],
};

const plugs = [
  { index: 1, site: "here" },
  { index: 2, site: "here" },
  { index: 3, site: "there" },
  { index: 4, site: "afar" },
];

describe.runIf(possible)("the delay line (root, cc, ping)", () => {
  const names = networkNames("delay", { base: "10.91.0.0", prefix: 16 });
  const home = mkdtempSync(join(tmpdir(), "plush-delay-"));
  const options = { names, topology, program: join(home, "plush-delay"), socket: join(home, "socket") };
  let network: DelayedNetwork;

  beforeAll(async () => {
    const sources = readdirSync("cmd/plush-delay").filter((name) => name.endsWith(".c"));
    execFileSync("cc", [...flags, "-o", options.program, ...sources.map((name) => join("cmd/plush-delay", name))]);
    await removeNetwork("delay");
    network = await makeDelayedNetwork(options);
    await network.plug(plugs);
  });

  afterAll(async () => {
    await network?.line.stop();
    await removeNetwork("delay");
    rmSync(home, { recursive: true, force: true });
  });

  /** From one host to another; the first packet asks the way, and is left out. */
  async function ping(from: number, to: number, count: number, more: readonly string[] = []): Promise<PingResult> {
    const argv = ["netns", "exec", names.namespace(from), "ping", "-n", "-c", `${count}`, "-W", "0.5", ...more];
    const { stdout } = await run("ip", [...argv, names.address(to)]).catch((error: { stdout: string }) => error);
    const rtts = [...stdout.matchAll(/ time=([\d.]+) ms/g)].map(([, ms]) => Number(ms));
    return { received: Number(/(\d+) received/.exec(stdout)?.[1]), rtts: rtts.slice(1).sort((a, b) => a - b) };
  }

  test("B-EMUL-6: a ping takes what the topology says: within a site, between sites, with jitter", async () => {
    const near = await ping(1, 2, 20, ["-i", "0.02"]);
    const far = await ping(1, 3, 20, ["-i", "0.02"]);
    const jittery = await ping(3, 4, 40, ["-i", "0.05"]);
    expect(near.received).toBe(20);
    // The quickest of twenty: others may wait for a processor of this computer.
    expect(near.rtts[0]).toBeLessThan(2);
    expect(far.rtts[0]).toBeGreaterThanOrEqual(79.9);
    expect(far.rtts[0]).toBeLessThan(82);
    expect(jittery.rtts[0]).toBeGreaterThanOrEqual(19.9);
    expect(jittery.rtts[0]).toBeLessThan(37);
    expect(jittery.rtts.at(-1)).toBeGreaterThan(43);
  });

  test("B-EMUL-7: so many packets are lost as the topology says, and the line counts them", async () => {
    const { received } = await ping(1, 4, 1000, ["-f", "-l", "50"]);
    // Lost on neither way: 0.9 * 0.9; five standard deviations of a thousand are 62.
    expect(received).toBeGreaterThan(740);
    expect(received).toBeLessThan(875);
    const way = (await network.line.counts()).find(({ from, to }) => from === 0 && to === 2);
    expect((way?.frames ?? 0) + (way?.lost ?? 0)).toBe(1000);
  });

  test("B-EMUL-8: a link carries so many bytes a second as it has, and no more", async () => {
    const slow = { from: "here", to: "there", rttMs: 10, bandwidth: 2_000_000 };
    await network.setTopology({ ...topology, links: [slow] }, plugs);
    const bytesPerSecond = await throughput(1, 3, 3_000_000);
    expect(bytesPerSecond).toBeGreaterThan(1_500_000);
    expect(bytesPerSecond).toBeLessThan(2_050_000);
    await network.setTopology(topology, plugs);
  });

  test("B-EMUL-9: a cable is cut both ways or one way, and healed", async () => {
    await network.setLink(2, "down");
    expect((await ping(1, 2, 1)).received).toBe(0);
    await network.setLink(2, "up");
    expect((await ping(1, 2, 1)).received).toBe(1);
    await network.line.command(["cut 2 in"]);
    expect((await ping(1, 2, 1)).received).toBe(0);
    await network.setLink(2, "up");
  });

  test("it sleeps while nothing is sent, outlives its maker, and hosts keep their devices when it dies", async () => {
    const pid = await network.line.pid();
    const before = processorTicks(pid);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(processorTicks(pid) - before).toBeLessThanOrEqual(1);

    const adopted = await adoptDelayedNetwork(options);
    expect(await adopted?.line.pid()).toBe(pid);

    process.kill(pid, "SIGKILL");
    await expect.poll(() => network.line.answers()).toBe(false);
    expect(await adoptDelayedNetwork(options)).toBeUndefined();
    network = await makeDelayedNetwork(options);
    await network.reconnect(plugs);
    expect((await ping(1, 3, 2)).received).toBe(2);
  });

  test("a command that is wrong is refused with its reason, and the line goes on", async () => {
    await expect(network.line.command(["cut 17"])).rejects.toThrow("cut 17: there is no such port");
    await expect(network.line.command(["link 0 999 1 1 1 1 1"])).rejects.toThrow("link FROM TO");
    await expect(network.line.command([`${"x".repeat(3000)}`])).rejects.toThrow();
    expect(await network.line.answers()).toBe(true);
  });

  /** Bytes a second of one TCP stream, from its first byte to the receiver's end. */
  async function throughput(from: number, to: number, bytes: number): Promise<number> {
    const receive = `const s=require("net").createServer(c=>{const t=Date.now();let n=0;c.on("data",d=>n+=d.length).on("end",()=>{console.log(n/(Date.now()-t)*1000);process.exit()})}).listen(7000,()=>console.log("ready"))`;
    const server = spawn("ip", ["netns", "exec", names.namespace(to), process.execPath, "-e", receive]);
    let printed = "";
    server.stdout.on("data", (chunk) => {
      printed += chunk;
    });
    await expect.poll(() => printed, { timeout: 10_000 }).toContain("ready");
    const send = `require("net").connect(7000,"${names.address(to)}",function(){this.end(Buffer.alloc(${bytes}))})`;
    await run("ip", ["netns", "exec", names.namespace(from), process.execPath, "-e", send]);
    await expect.poll(() => printed.trim().split("\n").length, { timeout: 10_000 }).toBe(2);
    return Number(printed.trim().split("\n")[1]);
  }
});

interface PingResult {
  readonly received: number;
  /** Sorted. */
  readonly rtts: readonly number[];
}

/** In user and kernel, hundredths of a second. */
function processorTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
