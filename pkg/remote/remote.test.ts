import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import net from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { missingSshd, startSshd, type TestSshd } from "../../test/support/sshd.ts";
import { keyTypesOf, knownHostKeys } from "./host-key.ts";
import { probeTcp } from "./probe-tcp.ts";
import { connectSsh, probeThrough, type SshOptions } from "./ssh-connect.ts";

const never = new AbortController().signal;

describe("probeTcp", () => {
  test("answered, refused", async () => {
    const server = net.createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await probeTcp("127.0.0.1", port, 600, never)).toBe("answered");
    await new Promise((resolve) => server.close(resolve));
    expect(await probeTcp("127.0.0.1", port, 600, never)).toBe("refused");
  });

  test("an answer that came while this process stood still is read", async () => {
    const server = net.createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const asked = probeTcp("127.0.0.1", port, 40, never);
    const end = performance.now() + 100;
    while (performance.now() < end);
    expect(await asked).toBe("answered");
    server.close();
  });

  test("a name that nobody has says nothing about a machine", async () => {
    expect(await probeTcp("no-such-host.invalid", 22, 5000, never)).toBe("unknown");
  });

  test("a full backlog is silence", async () => {
    const holder = spawn(process.execPath, ["-e", stoppedListener], { stdio: ["ignore", "pipe", "ignore"] });
    const port = Number(await new Promise((resolve) => holder.stdout.once("data", resolve)));
    holder.kill("SIGSTOP");
    const fill = Array.from({ length: 8 }, () => net.connect(port, "127.0.0.1").on("error", () => {}));
    try {
      await expect.poll(() => probeTcp("127.0.0.1", port, 200, never), { timeout: 10_000 }).toBe("silent");
    } finally {
      for (const socket of fill) socket.destroy();
      holder.kill("SIGKILL");
    }
  });
});

const stoppedListener = `
const server = require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () =>
  process.stdout.write(String(server.address().port)));`;

test("known_hosts: ports, lists, hashed names; revoked keys do not count", () => {
  const key = "AAAAC3NzaC1lZDI1NTE5AAAAIGTxnGN0RmRoWPk0QXkSLbQzMMd8lUDaFlQ0iL1ldKmO";
  const text = [
    "# comment",
    `web,10.0.0.1 ssh-ed25519 ${key}`,
    `[10.0.0.1]:2222 ssh-rsa ${key}`,
    `@revoked 10.0.0.2 ssh-ed25519 ${key}`,
    `|1|c2FsdA==|${createHmac("sha1", "salt").update("10.0.0.3").digest("base64")} ssh-ed25519 ${key}`,
  ].join("\n");
  expect(knownHostKeys(text, "10.0.0.1", 22)).toMatchObject([{ type: "ssh-ed25519" }]);
  expect(keyTypesOf(knownHostKeys(text, "10.0.0.1", 2222))).toEqual(["rsa-sha2-512", "rsa-sha2-256"]);
  expect(knownHostKeys(text, "10.0.0.2", 22)).toEqual([]);
  expect(knownHostKeys(text, "10.0.0.3", 22)).toHaveLength(1);
});

const missing = missingSshd();

describe.skipIf(missing !== undefined)(`sshd${missing === undefined ? "" : `: ${missing}`}`, () => {
  let sshd: TestSshd;
  let options: SshOptions;

  beforeAll(async () => {
    sshd = await startSshd();
    options = {
      host: "127.0.0.1",
      port: sshd.port,
      user: sshd.user,
      privateKey: sshd.privateKey,
      hostKeys: { kind: "acceptNew" },
      jump: [],
      connectTimeoutMs: 20_000,
      signal: never,
    };
  });

  afterAll(() => sshd.stop());

  test("commands: output, exit code, stdin; the host key is the server's", async () => {
    const session = await connectSsh(options);
    expect(session.hostKey).toBe(sshd.hostKey);
    expect(await session.run("cat; echo bad >&2; exit 3", "in", never)).toEqual({
      code: 3,
      stdout: "in",
      stderr: "bad\n",
    });
    session.close();
    await session.closed;
    await expect(session.run("true", "", never)).rejects.toMatchObject({ reason: "Closed" });
  });

  test("a jump host is gone through, and seen through", async () => {
    const through = { ...options, jump: [options, options] };
    const session = await connectSsh(through);
    expect(await session.run("echo hi", "", never)).toMatchObject({ stdout: "hi\n" });
    session.close();
    expect(await probeThrough(through)).toBe("answered");
    expect(await probeThrough({ ...through, port: 1 })).toBe("refused");
    expect(await probeThrough({ ...through, jump: [{ ...options, port: 1 }] })).toBe("unknown");
  });

  test.each<[string, Partial<SshOptions>, object]>([
    ["nobody listens", { port: 1 }, { reason: "Unreachable", message: "127.0.0.1 port 1: connection refused" }],
    ["unknown user key", { privateKey: "nonsense" }, { reason: "AuthenticationFailed" }],
    [
      "other user",
      { user: "nobody-here" },
      { reason: "AuthenticationFailed", message: expect.stringContaining("nobody-here") },
    ],
    [
      "changed host key",
      { hostKeys: { kind: "pinned", fingerprints: ["SHA256:other"] } },
      { reason: "HostKeyChanged" },
    ],
    ["no known host key", { hostKeys: { kind: "pinned", fingerprints: [] } }, { reason: "HostKeyChanged" }],
    ["no such SSH agent", { agentSocket: "/nowhere" }, {}],
  ])("%s", async (name, change, expected) => {
    const { privateKey, ...withoutKey } = options;
    const base = name === "no such SSH agent" ? withoutKey : { ...withoutKey, privateKey };
    await expect(connectSsh({ ...base, ...change } as SshOptions)).rejects.toMatchObject(expected);
  });

  test("known_hosts picks the key type and lets the machine in", async () => {
    const keys = knownHostKeys(sshd.knownHosts, "127.0.0.1", sshd.port);
    const fingerprints = keys.map((key) => key.fingerprint);
    const session = await connectSsh({
      ...options,
      hostKeys: { kind: "pinned", fingerprints, types: keyTypesOf(keys) },
    });
    session.close();
  });
});
