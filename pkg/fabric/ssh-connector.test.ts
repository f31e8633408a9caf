import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { missingSshd, startSshd, type TestSshd } from "../../test/support/sshd.ts";
import { systemClock } from "../clock/index.ts";
import type { AgentBundle } from "./agent-bundle.ts";
import type { ConnectRequest } from "./fabric.ts";
import { SshConnector } from "./ssh-connector.ts";

/** Listens as an agent does and echoes; bridges as it does. VERSION is for the bytes to differ. */
const program = (version: string): string => `// ${version}
import net from "node:net";
import { rmSync } from "node:fs";
const [, , verb, , dir] = process.argv;
const path = dir + "/run/agent.sock";
if (verb === "bridge") {
  const socket = net.connect(path);
  process.stdin.pipe(socket).pipe(process.stdout);
} else {
  rmSync(path, { force: true });
  net.createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(path);
}`;

const missing = missingSshd();
const groupRoot = ["/sys/fs/cgroup/freezer", "/sys/fs/cgroup/unified", "/sys/fs/cgroup"].find((path) =>
  existsSync(join(path, "cgroup.procs")),
);

describe.skipIf(missing !== undefined)(`SshConnector${missing === undefined ? "" : `: ${missing}`}`, () => {
  let sshd: TestSshd;
  let strict: TestSshd;
  let steps: string[];
  let resourceUid: string;
  const used: SshConnector[] = [];

  beforeAll(async () => {
    sshd = await startSshd();
    strict = await startSshd(["AllowStreamLocalForwarding no"]);
  });
  afterAll(() => Promise.all([sshd.stop(), strict.stop()]));
  beforeEach(() => {
    steps = [];
    resourceUid = `test-${process.pid}-${Math.random()}`;
  });
  afterEach(async () => {
    for (const connector of used.splice(0)) await connector.remove(AbortSignal.timeout(20_000));
  });

  function connectorOf(version: string, server = sshd, change: { text?: string; sudo?: boolean } = {}): SshConnector {
    const bundle: AgentBundle = { version, path: "", bytes: Buffer.from(change.text ?? program(version)) };
    const { port, user, privateKey } = server;
    const ssh = { host: "127.0.0.1", port, user, privateKey, hostKeys: { kind: "acceptNew" as const } };
    const connector = new SshConnector({
      resourceName: "n1",
      clock: systemClock,
      ssh: { ...ssh, jump: [], connectTimeoutMs: 20_000 },
      sudo: change.sudo ?? false,
      clusterUid: "cluster",
      resourceUid,
      bundle,
      runtime: async () => undefined,
    });
    used.push(connector);
    return connector;
  }

  function request(version: string, replace?: string): ConnectRequest {
    const config = {
      clusterUid: "cluster",
      resourceUid,
      resourceName: "n1",
      serverKey: "",
      version,
      address: "127.0.0.1",
    };
    return {
      config: { ...config, beatMs: 500, orphanAfterMs: 1 },
      signal: AbortSignal.timeout(25_000),
      onStep: (step) => steps.push(step),
      ...(replace !== undefined && { replace }),
    };
  }

  function directoryOf(): string {
    const [cluster, resource] = ["cluster", resourceUid].map((text) =>
      createHash("sha256").update(text).digest("hex").slice(0, 8),
    );
    return `/var/lib/plush-agent/${cluster}-${resource}`;
  }

  const pidIn = (directory: string) => readFile(`${directory}/run/agent.pid`, "utf8");

  async function echo(stream: Duplex): Promise<string> {
    const answer = new Promise<string>((resolve) => stream.once("data", (chunk) => resolve(String(chunk))));
    stream.write("hello");
    return answer;
  }

  test("an agent is brought up, found again, replaced, removed", async () => {
    const connector = connectorOf("v1");
    const first = await connector.connect(request("v1"));
    expect(await echo(first.stream)).toBe("hello");
    expect(first.hostKey).toBe(sshd.hostKey);
    expect(steps).toEqual(["connecting", "inspecting", "uploading agent", "starting agent"]);
    const directory = directoryOf();
    expect((await stat(`${directory}/agent.json`)).mode & 0o777).toBe(0o600);
    const pid = await pidIn(directory);
    first.close();

    steps = [];
    const again = await connector.connect(request("v1"));
    expect(await echo(again.stream)).toBe("hello");
    expect(steps).toEqual(["connecting"]);
    again.close();

    const newer = await connectorOf("v2").connect(request("v2", "agent is of version v1"));
    expect(await echo(newer.stream)).toBe("hello");
    expect(await pidIn(directory)).not.toBe(pid);
    expect((await readdir(directory)).sort()).toEqual(["agent-v2.mjs", "agent.json", "agent.log", "run"]);
    newer.close();

    process.kill(Number(await pidIn(directory)), "SIGKILL");
    steps = [];
    const restarted = await connectorOf("v2").connect(request("v2"));
    expect(steps).toEqual(["connecting", "inspecting", "starting agent"]);
    restarted.close();

    await connector.remove(AbortSignal.timeout(20_000));
    expect(existsSync(directory)).toBe(false);
    await expect.poll(() => existsSync(`/proc/${pid.trim()}`)).toBe(false);
  });

  test.runIf(groupRoot !== undefined)(
    "B-FIN-27: an agent that does not answer leaves no control group, nor who hides in one",
    async () => {
      const connector = connectorOf("v1");
      (await connector.connect(request("v1"))).close();
      const group = join(groupRoot ?? "", `plush-${resourceUid}-00000000`);
      const neighbour = join(groupRoot ?? "", `plush-${resourceUid}x-00000000`);
      onTestFinished(() => rmdirSync(neighbour));
      for (const name of [group, neighbour])
        mkdirSync(join(name, name === group ? "claim/process" : ""), { recursive: true });
      const hidden = spawn("sleep", ["600"], { env: {} });
      const ended = once(hidden, "exit");
      writeFileSync(join(group, "claim/process/cgroup.procs"), String(hidden.pid));
      await connector.remove(AbortSignal.timeout(20_000));
      expect(await ended).toEqual([null, "SIGKILL"]);
      expect(existsSync(group)).toBe(false);
      expect(existsSync(neighbour)).toBe(true);
    },
  );

  test("where forwarding is forbidden a bridge does it, and sudo changes nothing for root", async () => {
    const connector = connectorOf("v1", strict, { sudo: true });
    for (const _ of [1, 2]) {
      const connection = await connector.connect(request("v1"));
      expect(await echo(connection.stream)).toBe("hello");
      connection.close();
    }
  });

  test("an agent that ends at once is explained by its last words", async () => {
    const connector = connectorOf("v1", sshd, { text: "throw new Error('no such luck')" });
    await expect(connector.connect(request("v1"))).rejects.toMatchObject({
      reason: "BootstrapFailed",
      message: expect.stringMatching(/^n1 \(127\.0\.0\.1\): .*no such luck/s),
    });
  });
});
