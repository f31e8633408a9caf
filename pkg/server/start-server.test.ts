import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { plushProgram } from "../../test/support/plush-server.ts";
import { kinds } from "../api/index.ts";
import { offerAsDefault } from "./admin-access.ts";
import { Closers } from "./closers.ts";
import { installation } from "./installation.ts";
import type { RunningServer } from "./running-server.ts";
import type { ServerOptions } from "./server-options.ts";
import { startServer } from "./start-server.ts";

let scratch = "";

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "plush-server-"));
  return () => rm(scratch, { recursive: true, force: true });
});

async function start(more: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await startServer({
    dataDir: join(scratch, "data"),
    host: "127.0.0.1",
    port: 0,
    names: [],
    logLevel: "silent",
    logFormat: "text",
    ...installation,
    // What is no agent will do where no machine is.
    agentBundle: await aFile("agent.mjs"),
    ...more,
  });
  onTestFinished(() => server.stop());
  return server;
}

async function aFile(name: string): Promise<string> {
  const path = join(scratch, name);
  await writeFile(path, "");
  return path;
}

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

/** Status and body of a GET by somebody unknown, or by the administrator. */
async function get(url: string, credential?: { cert: Buffer; key: Buffer }): Promise<[number, string]> {
  const asked = request(url, { rejectUnauthorized: false, agent: false, ...credential }).end();
  const [response] = await once(asked, "response");
  let body = "";
  for await (const chunk of response) body += chunk;
  return [response.statusCode, body];
}

async function adminOf({ kubeconfig }: Pick<RunningServer, "kubeconfig">): Promise<{ cert: Buffer; key: Buffer }> {
  const text = await readFile(kubeconfig, "utf8");
  const field = (name: string): Buffer =>
    Buffer.from(new RegExp(`"${name}": "([^"]+)"`).exec(text)?.[1] ?? "", "base64");
  return { cert: field("client-certificate-data"), key: field("client-key-data") };
}

describe("a server in this process", () => {
  test("serves what was stored after it is started again", async () => {
    const first = await start();
    const metadata = { name: "kept", namespace: "default" };
    await first.api.create(kinds.ConfigMap, { apiVersion: "v1", kind: "ConfigMap", metadata });
    await first.stop();
    const second = await start();
    expect((await second.api.get(kinds.ConfigMap, metadata)).metadata.name).toBe("kept");
  });

  test("shows metrics on the API's port to those who have a right to them, plain at another address", async () => {
    const port = await freePort();
    const server = await start({ metricsListen: { host: "127.0.0.1", port } });
    const [status] = await get(`${server.url}/metrics`);
    expect(status).toBeGreaterThanOrEqual(401);
    expect(status).toBeLessThanOrEqual(403);
    const [allowed, body] = await get(`${server.url}/metrics`, await adminOf(server));
    expect(allowed).toBe(200);
    expect(body).toContain("nodejs_eventloop_lag_p99_seconds");
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain("process_resident_memory_bytes");
  });

  test("keeps what gives access for its user alone", async () => {
    const server = await start();
    expect(await modeOf(join(scratch, "data"))).toBe("700");
    expect(await modeOf(server.kubeconfig)).toBe("600");
    expect(await modeOf(join(scratch, "data/keys/document-key.pem"))).toBe("600");
    const home = join(scratch, "home");
    const copy = (await offerAsDefault(server.kubeconfig, home)) ?? "";
    expect(copy).toBe(join(home, ".plush/config"));
    expect([await modeOf(copy), await modeOf(join(home, ".plush"))]).toEqual(["600", "700"]);
    await writeFile(copy, (await readFile(copy, "utf8")).replace(server.url, "https://127.0.0.1:1"));
    expect(await offerAsDefault(server.kubeconfig, home)).toBe(copy);
    expect(await readFile(copy, "utf8")).toContain(server.url);
    await writeFile(copy, "mine");
    expect(await offerAsDefault(server.kubeconfig, home)).toBeUndefined();
    expect(await readFile(copy, "utf8")).toBe("mine");
  });

  test("refuses the data directory of another, and that one goes on", async () => {
    const server = await start();
    await expect(start()).rejects.toMatchObject({
      reason: "Conflict",
      message: expect.stringContaining(`is in use by another Plush server (process ${process.pid})`),
    });
    expect((await server.api.list(kinds.Namespace)).items.length).toBeGreaterThan(0);
  });

  test("that cannot start leaves nothing open", async () => {
    const { port } = new URL((await start({ dataDir: join(scratch, "other") })).url);
    await expect(start({ port: Number(port) })).rejects.toThrow(/EADDRINUSE|in use/);
    await expect(start({ agentBundle: join(scratch, "none.mjs") })).rejects.toThrow("none.mjs");
    await start();
  });
});

test("all is closed, last made first, although one fails", async () => {
  const told: string[] = [];
  const closers = new Closers();
  closers.add(() => told.push("first"));
  closers.add(() => Promise.reject(new Error("stuck")));
  closers.add(async () => void told.push("last"));
  await expect(closers.closeAll()).rejects.toThrow("stuck");
  expect(told).toEqual(["last", "first"]);
});

describe.runIf(existsSync(plushProgram) && existsSync(installation.agentBundle))("plush server", () => {
  async function run(home: string, ...more: readonly string[]) {
    const { PATH } = process.env;
    const args = ["server", "--data-dir", join(scratch, "data"), "--listen", "127.0.0.1:0", ...more];
    const child = spawn(plushProgram, args, { env: { PATH, HOME: home }, stdio: ["ignore", "pipe", "pipe"] });
    const ended = once(child, "exit");
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await ended;
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => (output.stdout += chunk));
    child.stderr.on("data", (chunk) => (output.stderr += chunk));
    return { child, ended, output };
  }

  test("ends soon after SIGTERM with 0, although somebody watches", async () => {
    const { child, ended, output } = await run(join(scratch, "home"));
    await expect.poll(() => output.stdout, { timeout: 20_000 }).toMatch(/ready: https:/);
    const url = /https:\S+/.exec(output.stdout)?.[0] ?? "";
    const kubeconfig = join(scratch, "data/admin.kubeconfig");
    const credential = await adminOf({ kubeconfig });
    const watch = request(`${url}/api/v1/namespaces?watch=true`, { rejectUnauthorized: false, ...credential }).end();
    watch.on("error", () => undefined);
    const [response] = await once(watch, "response");
    response.on("error", () => undefined).resume();
    child.kill("SIGTERM");
    expect(await ended, output.stderr).toEqual([0, null]);
  });

  test("serves without a home, and refuses to be second with a sentence", async () => {
    await mkdir(join(scratch, "data"));
    const first = await run("/dev/null");
    await expect.poll(() => first.output.stdout, { timeout: 20_000 }).toMatch(/ready: https:/);
    expect(first.output.stderr).toContain("admin.kubeconfig alone");
    const second = await run(join(scratch, "home"));
    const [code] = await second.ended;
    expect(code).toBeGreaterThan(0);
    expect(second.output.stderr).toMatch(/in use by another Plush server \(process \d+\)/);
    expect(second.output.stderr).not.toContain("    at ");
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}
