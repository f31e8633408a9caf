import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { aPool } from "../../../test/support/builders.ts";
import { type MakerBed, testMaker } from "../../../test/support/maker-contract.ts";
import { installPlugin } from "../../../test/support/plugins.ts";
import type { MakerCall } from "../../fabric/index.ts";
import { makeExecMaker } from "./exec-maker.ts";

/** The example's script with a program in Terraform's place that keeps state as Terraform does; the cloud is a directory. */
const program = resolve(import.meta.dirname, "../../../test/support/fake-terraform.py");

async function scene(more: Readonly<Record<string, unknown>> = {}, secret: Readonly<Record<string, string>> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), "plush-terraform-"));
  const cloud = join(dataDir, "cloud");
  await mkdir(cloud);
  const state = await installPlugin(dataDir, "terraform");
  const config = { module: "./machine", program, variables: { cloud, zone: "a", ...more } };
  const secretRef = { namespace: "default", name: "cloud" };
  const pool = aPool("tf", { spec: { provider: { exec: { plugin: "terraform", config, secretRef } } } });
  const data = Object.fromEntries(
    Object.entries(secret).map(([name, value]) => [name, Buffer.from(value).toString("base64")]),
  );
  const object = { apiVersion: "v1", kind: "Secret", metadata: secretRef, type: "Opaque", data } as const;
  const call: MakerCall = { pool, ports: { secret: async () => object }, signal: new AbortController().signal };
  return { dataDir, cloud, state, pool, call };
}

interface TerraformCall {
  readonly name: string;
  readonly argv: readonly string[];
  readonly token: string;
}

async function callsOf(cloud: string): Promise<readonly TerraformCall[]> {
  const lines = (await readFile(join(cloud, "calls"), "utf8")).trim().split("\n");
  return lines.map((line) => JSON.parse(line) as TerraformCall);
}

const machinesOf = async (cloud: string): Promise<readonly string[]> =>
  (await readdir(cloud)).filter((name) => name !== "calls");

testMaker("exec, terraform", async (): Promise<MakerBed> => {
  const { dataDir, cloud, pool: withSecret } = await scene();
  // The contract asks with no Secret.
  const { secretRef: _secret, ...exec } = withSecret.spec.provider.exec ?? { plugin: "" };
  const pool = { ...withSecret, spec: { ...withSecret.spec, provider: { exec } } } as typeof withSecret;
  const running = new Map<string, ReturnType<typeof spawn>>();
  return {
    pool,
    names: ["tf-uid-tf-1", "tf-uid-tf-2"],
    without: ["fence", "renew"],
    open: () => makeExecMaker(dataDir),
    async runSomething(name) {
      const child = spawn("sleep", ["600"]);
      await once(child, "spawn");
      running.set(name, child);
      await appendFile(join(cloud, name), `${child.pid}\n`);
    },
    async isRunning(name) {
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
});

test("B-PROV-12: terraform makes a machine by init, apply and output; secrets are in its environment alone", async () => {
  const { dataDir, cloud, state, call } = await scene({}, { CLOUD_TOKEN: "hush" });
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const maker = makeExecMaker(dataDir);
  expect(await maker.create("tf-uid-tf-1", call)).toMatchObject({
    state: "Running",
    spec: { address: "192.0.2.1", port: 2222, labels: { zone: "a" } },
  });
  await maker.delete("tf-uid-tf-1", call);
  const calls = await callsOf(cloud);
  expect(calls.map(({ argv }) => argv.join(" "))).toEqual([
    "init -no-color",
    "apply -auto-approve -no-color",
    "output -json -no-color",
    "init -no-color",
    "destroy -auto-approve -no-color",
  ]);
  expect(new Set(calls.map(({ token }) => token))).toEqual(new Set(["hush"]));
  const left = (await readdir(join(state, "machines"))).filter((name) => !name.startsWith("."));
  expect([left, await machinesOf(cloud)]).toEqual([[], []]);
});

test("B-PROV-12: an apply that fails is told in terraform's words, is listed, and what it has made goes with a delete", async () => {
  const failing = await scene({}, { FAIL: "output" });
  onTestFinished(() => rm(failing.dataDir, { recursive: true, force: true }));
  const maker = makeExecMaker(failing.dataDir);
  const name = "tf-uid-tf-1";
  await expect(maker.create(name, failing.call)).rejects.toMatchObject({
    reason: "Unreachable",
    message: expect.stringContaining("Error: output: no credit"),
  });
  expect(await maker.list(failing.call)).toMatchObject([{ name, state: "Coming" }]);
  expect(await machinesOf(failing.cloud)).toEqual([name]);
  await maker.delete(name, failing.call);
  expect([await maker.list(failing.call), await machinesOf(failing.cloud)]).toEqual([[], []]);
});

test("B-PROV-12: a server that was killed in the middle of an apply finds the machine, and makes no second one", async () => {
  const { dataDir, cloud, pool, call } = await scene({ slow: 30 });
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const stop = new AbortController();
  const name = "tf-uid-tf-1";
  const making = makeExecMaker(dataDir).create(name, { ...call, signal: stop.signal });
  const ended = expect(making).rejects.toMatchObject({ reason: "ServiceUnavailable" });
  await expect.poll(() => machinesOf(cloud), { timeout: 10_000 }).toEqual([name]);
  stop.abort();
  await ended;
  const again = makeExecMaker(dataDir);
  expect(await again.list(call)).toMatchObject([{ name, state: "Coming" }]);
  const { exec } = pool.spec.provider;
  const variables = { cloud, zone: "a" };
  const quick = {
    ...pool,
    spec: { ...pool.spec, provider: { exec: { ...exec, config: { ...exec?.config, variables } } } },
  };
  expect(await again.create(name, { ...call, pool: quick as typeof pool })).toMatchObject({ state: "Running" });
  expect(await machinesOf(cloud)).toEqual([name]);
});
