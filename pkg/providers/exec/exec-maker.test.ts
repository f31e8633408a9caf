import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aPool } from "../../../test/support/builders.ts";
import { type MakerBed, testMaker } from "../../../test/support/maker-contract.ts";
import { installPlugin } from "../../../test/support/plugins.ts";
import type { MakerCall } from "../../fabric/index.ts";
import { makeExecMaker } from "./exec-maker.ts";

async function openCloud(config: Readonly<Record<string, unknown>>): Promise<MakerBed> {
  const dataDir = await mkdtemp(join(tmpdir(), "plush-exec-"));
  const state = await installPlugin(dataDir, "fake-cloud");
  const pool = aPool("cloud", { spec: { provider: { exec: { plugin: "fake-cloud", config } } } });
  const running = new Map<string, ReturnType<typeof spawn>>();
  return {
    pool,
    names: ["cloud-uid-clou-1", "cloud-uid-clou-2"],
    open: () => makeExecMaker(dataDir),
    async runSomething(name) {
      const child = spawn("sleep", ["600"], { env: { FAKE_CLOUD_MACHINE: join(state, "machines", name) } });
      await once(child, "spawn");
      running.set(name, child);
    },
    isRunning: async (name) => {
      const child = running.get(name);
      // It was killed by a process that has ended: the news may be on its way.
      await new Promise((resolve) => setTimeout(resolve, 50));
      return child !== undefined && child.signalCode === null;
    },
    async close() {
      for (const child of running.values()) child.kill("SIGKILL");
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

testMaker("exec, a cloud that is slow", () => openCloud({ delay: 0.5, slow: 0.2, lend: 3600 }));

describe("what a plugin may do wrong", () => {
  let dataDir: string;
  let call: MakerCall;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "plush-exec-"));
    await mkdir(join(dataDir, "providers"), { mode: 0o700 });
    call = callOf({ plugin: "bad", timeout: "1s" });
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  function callOf(exec: Readonly<Record<string, unknown>>): MakerCall {
    const pool = aPool("cloud", { spec: { provider: { exec } } });
    return { pool, ports: { secret: async () => undefined }, signal: new AbortController().signal };
  }

  async function install(script: string, mode = 0o700): Promise<string> {
    const path = join(dataDir, "providers", "bad");
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, mode);
    return path;
  }

  const machine = (fields: string): string => `echo '{"machines":[{"name":"cloud-uid-clou-1",${fields}}]}'`;

  test.each<[string, string, string, string]>([
    ["says nothing", "exit 0", "Unreachable", "it printed nothing"],
    ["says something else", "echo hello", "Unreachable", "instead of one JSON object"],
    ["says two things", "echo '{}{}'", "Unreachable", "instead of one JSON object"],
    ["names no machines", "echo '{}'", "Unreachable", "no list of machines"],
    ["knows no state", machine('"state":"Well"'), "Unreachable", "state has to be one of"],
    ["knows no address", machine('"state":"Running"'), "Unreachable", "address"],
    ["knows no port", machine('"state":"Running","address":"x","port":"22"'), "Unreachable", "port"],
    ["fails", "echo 'no credit' >&2; exit 3", "Unreachable", "it ended with 3: no credit"],
    [
      "says what is wrong",
      `echo '{"error":{"reason":"Invalid","message":"no such zone"}}'`,
      "Invalid",
      "plugin bad, list: no such zone",
    ],
    ["is killed", "kill -9 $$", "Unreachable", "SIGKILL"],
    ["says too much", "head -c 5000000 /dev/zero", "RequestEntityTooLarge", "4 MiB"],
    ["takes too long", "echo 'waiting for a zone' >&2; sleep 60", "Timeout", "waiting for a zone"],
    ["leaves something behind that holds its output", "sleep 60 & exit 5", "Unreachable", "ended with 5"],
  ])("B-PROV-8: one that %s is told of by its last words", async (_title, script, reason, words) => {
    await install(script);
    const started = performance.now();
    await expect(makeExecMaker(dataDir).list(call)).rejects.toMatchObject({
      reason,
      message: expect.stringContaining(words),
    });
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test("B-PROV-9: only programs are run that nobody but the server's user could have written", async () => {
    const maker = makeExecMaker(dataDir);
    const refused = (reason: string, words: string) =>
      expect(maker.list(call)).rejects.toMatchObject({ reason, message: expect.stringContaining(words) });
    await refused("NotFound", "has to install it");
    const path = await install(machine('"state":"Coming"'), 0o720);
    await refused("Forbidden", "may be written by others");
    await chmod(path, 0o600);
    await refused("Forbidden", "is not executable");
    await chmod(path, 0o700);
    expect(await maker.list(call)).toMatchObject([{ name: "cloud-uid-clou-1", state: "Coming" }]);
    await chmod(join(dataDir, "providers"), 0o777);
    await refused("Forbidden", "may be written by others");
    await chmod(join(dataDir, "providers"), 0o700);
    await rm(path);
    await symlink("/bin/true", path);
    await refused("Forbidden", "is no regular file");
    for (const plugin of ["../bad", "/bin/true", "bad.state", ""]) {
      await expect(maker.list({ ...call, pool: poolNaming(plugin) })).rejects.toMatchObject({ reason: "Invalid" });
    }
  });

  /** As no API server lets it in. */
  function poolNaming(plugin: string): MakerCall["pool"] {
    const { pool } = call;
    const exec = { ...pool.spec.provider.exec, plugin, config: {}, timeout: "1s" };
    return { ...pool, spec: { ...pool.spec, provider: { exec } } };
  }

  test("B-PROV-10: it is told what was asked for, the pool's config and the Secret's data, and nothing in its arguments", async () => {
    await install(
      'cat >request; echo "$# $FOO" >arguments; echo \'{"machine":{"name":"cloud-uid-clou-7","state":"Coming"}}\'',
    );
    const secretRef = { namespace: "default", name: "key" };
    const told = callOf({ plugin: "bad", config: { zone: "a", sizes: [1, 2] }, secretRef });
    const maker = makeExecMaker(dataDir);
    await expect(maker.create("cloud-uid-clou-7", told)).rejects.toMatchObject({ reason: "NotFound" });
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: secretRef,
      type: "Opaque",
      data: { token: Buffer.from("xyz").toString("base64") },
    } as const;
    await maker.create("cloud-uid-clou-7", { ...told, ports: { secret: async () => secret } });
    const read = (name: string) => readFile(join(dataDir, "providers", "bad.state", name), "utf8");
    expect(JSON.parse(await read("request"))).toEqual({
      version: 1,
      verb: "create",
      pool: { name: "cloud", uid: "uid-cloud" },
      prefix: "cloud-uid-clou-",
      name: "cloud-uid-clou-7",
      config: { zone: "a", sizes: [1, 2] },
      secret: { token: "xyz" },
    });
    expect(await read("arguments")).toBe("0 \n");
  });

  test("B-PROV-11: what a killed server's plugins were still at is ended before anything is asked", async () => {
    await install(machine('"state":"Coming"'));
    const mark = `PLUSH_PROVIDERS=${join(dataDir, "providers")}:an-earlier-run`;
    const left = spawn("env", [mark, "sh", "-c", "sleep 600 & wait"], { stdio: "ignore" });
    const ended = once(left, "exit");
    const maker = makeExecMaker(dataDir);
    // It may not have begun to be one yet.
    await expect.poll(async () => (await readFile(`/proc/${left.pid}/environ`, "latin1")).includes(mark)).toBe(true);
    await maker.list(call);
    expect(await ended).toEqual([null, "SIGKILL"]);
    // Of its own run nothing is ended.
    await Promise.all([makeExecMaker(dataDir).list(call), makeExecMaker(dataDir).list(call)]);
  });

  test("what has other names is not ours", async () => {
    await install(
      `echo '{"machines":[{"name":"web-1","state":"Coming"},{"name":"cloud-uid-clou-0x","state":"Coming"}]}'`,
    );
    expect(await makeExecMaker(dataDir).list(call)).toEqual([]);
  });
});

test("the list of hosts gives each machine one, and no more than there are", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "plush-exec-"));
  await installPlugin(dataDir, "fixed-list");
  const hosts = [{ address: "192.0.2.1" }, { address: "192.0.2.2", port: 2222, labels: { site: "sjc" } }];
  const pool = aPool("few", { spec: { provider: { exec: { plugin: "fixed-list", config: { hosts } } } } });
  const call = { pool, ports: { secret: async () => undefined }, signal: new AbortController().signal };
  const maker = makeExecMaker(dataDir);
  const [one, two, three] = ["few-uid-few-1", "few-uid-few-2", "few-uid-few-3"] as const;
  expect(await maker.create(one, call)).toMatchObject({ spec: { address: "192.0.2.1", port: 22 } });
  expect(await maker.create(two, call)).toMatchObject({ spec: { port: 2222, labels: { site: "sjc" } } });
  await expect(maker.create(three, call)).rejects.toMatchObject({ reason: "TooManyRequests" });
  await maker.delete(one, call);
  expect(await maker.create(three, call)).toMatchObject({ spec: { address: "192.0.2.1" } });
  await expect(maker.fence?.(three, call)).rejects.toMatchObject({ reason: "MethodNotAllowed" });
  await rm(dataDir, { recursive: true, force: true });
});

test("terraform that is not installed is said to be missing", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "plush-exec-"));
  await installPlugin(dataDir, "terraform");
  const config = { module: "./machine", program: "terraform-that-is-not-there" };
  const pool = aPool("tf", { spec: { provider: { exec: { plugin: "terraform", config } } } });
  const call = { pool, ports: { secret: async () => undefined }, signal: new AbortController().signal };
  await expect(makeExecMaker(dataDir).list(call)).rejects.toMatchObject({
    reason: "Invalid",
    message: expect.stringContaining("is not installed"),
  });
  await rm(dataDir, { recursive: true, force: true });
});
