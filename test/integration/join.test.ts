import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sendSignal } from "../../pkg/signal/index.ts";
import { eventually } from "../support/eventually.ts";
import { conditionOf, type SeenObject } from "../support/objects.ts";
import { PlushServer, runProgram } from "../support/plush-server.ts";

/** Hosts that dial in: programs of their own, which the server is told no address of and cannot dial. */

const agentProgram = resolve(import.meta.dirname, "../../dist/plush-agent.mjs");

let root: string;
let server: PlushServer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "plush-join-"));
  server = new PlushServer(join(root, "data"), root);
  await server.start();
  await server.apply(`
apiVersion: plush.dev/v1
kind: ResourcePool
metadata: { name: edge }
spec: { provider: { join: {} } }
`);
});

afterAll(async () => {
  await server?.run(["delete", "application", "--all", "--timeout", "30s"]);
  await server?.run(["delete", "pool", "edge", "--timeout", "30s"]);
  await server?.stop();
  await rm(root, { recursive: true, force: true });
});

const within = <T>(check: () => Promise<T> | T): Promise<T> => eventually(check, 60_000);

/** The arguments of the command that `plush create join-token` prints. */
async function joinArguments(...flags: readonly string[]): Promise<readonly string[]> {
  const printed = await server.plush("create", "join-token", "edge", ...flags);
  expect(printed).toMatch(
    /^plush-agent join https:\/\/\S+ --token plushjoin_edge_\S+ --ca-hash sha256:[0-9a-f]{64}\n$/,
  );
  return printed.trim().split(" ").slice(1);
}

function runAgent(args: readonly string[]) {
  return runProgram(process.execPath, [agentProgram, ...args], { timeoutMs: 60_000 });
}

async function joinAs(name: string, args: readonly string[]) {
  // Not told to what starts services on this computer.
  return runAgent([...args, "--name", name, "--address", "127.0.0.1", "--dir", join(root, name), "--no-boot"]);
}

async function isReady(name: string): Promise<void> {
  expect(conditionOf(await server.get<SeenObject>("resource", name), "Ready")).toContain("True");
}

/** Pids of processes with all these words among their arguments. */
async function processesWith(...words: readonly string[]): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const argv = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
      return words.every((word) => argv.includes(word)) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

test("B-JOIN-1: a host with a token joins its pool, runs what it is given, and a token for one host lets in one", async () => {
  const args = await joinArguments();
  const joined = await joinAs("gate-1", args);
  expect(joined).toMatchObject({ code: 0, stdout: expect.stringContaining("joined as gate-1") });
  await within(() => isReady("gate-1"));
  await server.apply(`
apiVersion: plush.dev/v1
kind: Application
metadata: { name: there }
spec:
  components: [{ name: member, resources: { pool: edge } }]
  phases: [{ name: go, processes: [{ name: sleep, command: [sleep, infinity], restartPolicy: Always }] }]
`);
  await within(async () =>
    expect((await server.get<SeenObject>("application", "there")).status?.state).toBe("Available"),
  );
  expect(await server.plush("run", "--pool", "edge", "--", "echo", "hello")).toContain("hello");
  expect(await joinAs("gate-2", args)).toMatchObject({ code: 1, stderr: expect.stringContaining("used up") });
  expect(existsSync(join(root, "gate-2"))).toBe(false);
}, 120_000);

test("B-JOIN-2: nothing is told to a server that is another one, and nobody is let in by a token that is over or none", async () => {
  const [, url = "", , token = ""] = await joinArguments("--expires", "1s");
  const hash = `sha256:${"0".repeat(64)}`;
  const other = await runAgent(["join", url, "--token", token, "--ca-hash", hash, "--dir", join(root, "x")]);
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("is not the server of --ca-hash") });
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const [, , , , , caHash = ""] = await joinArguments();
  const late = await runAgent(["join", url, "--token", token, "--ca-hash", caHash, "--dir", join(root, "x")]);
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining("good no longer") });
  const made = `plushjoin_edge_${"A".repeat(43)}`;
  const none = await runAgent(["join", url, "--token", made, "--ca-hash", caHash, "--dir", join(root, "x")]);
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("not known") });
  const taken = await joinAs("gate-1", await joinArguments());
  expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining("is there already") });
}, 60_000);

test("B-JOIN-3: a host whose link or whose server dies is there again by itself, and its processes have not noticed", async () => {
  const before = await server.list<SeenObject>("processes");
  const pid = before[0]?.status?.pid;
  expect(pid).toBeGreaterThan(0);
  await server.kill();
  await server.start();
  await within(() => isReady("gate-1"));
  for (const link of await processesWith("link", join(root, "gate-1"))) sendSignal(link, "SIGKILL");
  await within(async () =>
    expect(conditionOf(await server.get<SeenObject>("resource", "gate-1"), "Ready")).not.toContain("True"),
  );
  const link: ChildProcess = spawn(process.execPath, [agentProgram, "link", "--dir", join(root, "gate-1")], {
    stdio: "ignore",
  });
  await within(() => isReady("gate-1"));
  expect((await server.list<SeenObject>("processes"))[0]?.status?.pid).toBe(pid);
  expect(link.exitCode).toBeNull();
}, 120_000);

test("B-JOIN-4: a Resource that is deleted takes the agent and its directory with it, and lets the host in no more", async () => {
  await server.plush("delete", "application", "there");
  const key = await readFile(join(root, "gate-1", "join.json"), "utf8");
  expect(key).toContain("PRIVATE KEY");
  await server.plush("delete", "resource", "gate-1");
  await within(() => expect(existsSync(join(root, "gate-1"))).toBe(false));
  await within(async () => expect(await processesWith("--dir", join(root, "gate-1"))).toEqual([]));
  expect(await server.list("resources")).toEqual([]);
}, 90_000);
