import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { readText, type StubHandler, type StubServer, sendJson, startStub } from "../../client/fixtures/stub-server.ts";
import { commandStatusOf } from "../../protocol/index.ts";
import { runCaptured } from "../fixtures/run-captured.ts";
import { parseChanges } from "./label.ts";
import { parseGoal } from "./wait.ts";

let scratch: string;
let stub: StubServer | undefined;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "plush-commands-"));
});
afterEach(async () => {
  rmSync(scratch, { recursive: true, force: true });
  await stub?.close();
  stub = undefined;
});

async function serve(handler: StubHandler): Promise<StubServer> {
  stub = await startStub(handler);
  return stub;
}

describe("wait --for", () => {
  const object = {
    apiVersion: "v1",
    kind: "X",
    metadata: { name: "x", generation: 2 },
    status: {
      state: "Complete",
      conditions: [
        { type: "Ready", status: "True", observedGeneration: 2 },
        { type: "Old", status: "True", observedGeneration: 1 },
      ],
    },
  };
  it.each([
    ["condition=ready", true],
    ["condition=Ready=False", false],
    // Judged of an older generation: says nothing of this one.
    ["condition=Old", false],
    ["condition=Gone", false],
    ["jsonpath={.status.state}=Complete", true],
    ["jsonpath={.status.state}", true],
    ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=True', true],
    ["jsonpath=.status.none", false],
    ["delete", false],
    ["create", true],
  ])("%s", (goal, met) => {
    expect(parseGoal(goal).isMet(object)).toBe(met);
  });
});

it("tells objects from changes", () => {
  expect(parseChanges(["app", "web", "tier=front", "old-"])).toEqual({
    targets: ["app", "web"],
    changes: { tier: "front", old: null },
  });
  expect(parseChanges(["app/web", "a/b-"])).toEqual({ targets: ["app/web"], changes: { "a/b": null } });
  expect(() => parseChanges(["app", "web"])).toThrow("say what to change");
});

it.each([
  ["ever larger ones", [], [500, 1000, 2000, 4000, 4000]],
  ["as many as is wished, each time", ["--chunk-size", "3"], [3, 3, 3, 3, 3]],
])("get asks for pages: %s", async (_name, flags, sizes) => {
  const asked: number[] = [];
  const { url } = await serve((request, response) => {
    const query = new URL(request.url ?? "", "http://stub").searchParams;
    asked.push(Number(query.get("limit")));
    const columns = [{ name: "Name", type: "string", format: "name", priority: 0 }];
    sendJson(response, 200, {
      ...{ kind: "Table", apiVersion: "meta.k8s.io/v1" },
      metadata: asked.length < sizes.length ? { continue: `page-${asked.length}` } : {},
      columnDefinitions: columns,
      rows: [{ cells: [`after ${query.get("continue")}`] }],
    });
  });
  const { code, out } = await runCaptured(["get", "phases", ...flags], { url });
  expect([code, asked]).toEqual([0, sizes]);
  expect(out).toBe("NAME\nafter null\nafter page-1\nafter page-2\nafter page-3\nafter page-4\n");
});

it("resumes pools by name, and nothing else", async () => {
  const asked: string[] = [];
  const { url } = await serve(async (request, response) => {
    asked.push(`${request.method} ${request.url?.split("?")[0]} ${await readText(request)}`);
    sendJson(response, 200, {
      apiVersion: "plush.dev/v1",
      kind: "ResourcePool",
      metadata: {},
      status: { braked: true },
    });
  });
  expect(await runCaptured(["resume", "lab"], { url })).toMatchObject({
    code: 0,
    out: "resourcepool.plush.dev/lab resumed\n",
  });
  expect(asked).toEqual([
    expect.stringMatching(
      /^PATCH \/apis\/plush\.dev\/v1\/resourcepools\/lab .*"plush\.dev\/resumed-at":"20\d\d-\d\d-\d\dT[\d:.]+Z"/,
    ),
  ]);
  expect((await runCaptured(["resume", "app/web"], { url })).code).toBe(2);
});

describe("create", () => {
  it("makes a pool and its Secret without a server, as YAML", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const key = join(scratch, "id");
    writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }));
    const { code, out, err } = await runCaptured([
      ...["create", "pool", "lab", "--hosts", "10.0.0.[1-3]", "--user", "ubuntu", "--sudo", "--jump", "me@gate:2222"],
      ...["--identity", key, "--dry-run=client", "-o", "yaml"],
    ]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("type: kubernetes.io/ssh-auth");
    expect(out.slice(out.indexOf("  kind: ResourcePool"))).toBe(`  kind: ResourcePool
  metadata:
    name: lab
  spec:
    provider:
      static:
        hosts:
        - address: 10.0.0.[1-3]
    ssh:
      identity:
        secretRef:
          name: lab-key
          namespace: default
      jump:
      - host: gate
        port: 2222
        user: me
      sudo: true
      user: ubuntu
kind: List
metadata:
  resourceVersion: ""
`);
  });

  it("refuses a key that is none, or that needs a passphrase", async () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const file = join(scratch, "id");
    writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }));
    const locked = await runCaptured(["create", "secret", "ssh-auth", "s", "--private-key", file, "--dry-run=client"]);
    expect([locked.code, locked.err.split("\n")[0]]).toEqual([
      2,
      `error: ${file} is protected by a passphrase: give it with --passphrase-file`,
    ]);
    writeFileSync(file, "ssh-ed25519 AAAA me");
    const wrong = await runCaptured(["create", "secret", "ssh-auth", "s", "--private-key", file, "--dry-run=client"]);
    expect(wrong.err).toContain("is no private key: it is the public one");
  });

  it("fills a ConfigMap with values and files", async () => {
    const file = join(scratch, "raw");
    writeFileSync(file, Buffer.from([0xff, 0x00]));
    const { out } = await runCaptured([
      "create",
      "cm",
      "c",
      "--from-literal=a=b=c",
      `--from-file=bin=${file}`,
      "--dry-run=client",
      "-o",
      "json",
    ]);
    expect(JSON.parse(out)).toMatchObject({ data: { a: "b=c" }, binaryData: { bin: "/wA=" } });
  });
});

describe("streams", () => {
  it("exec passes input and output on, and ends with the command's exit code", async () => {
    const { url, server } = await serve(() => undefined);
    const asked: unknown[] = [];
    new WebSocketServer({ server }).on("connection", (socket, request) => {
      asked.push(request.url);
      socket.on("message", (message: Buffer) => {
        if (message[0] === 0) socket.send(Buffer.concat([Buffer.from([1]), message.subarray(1)]));
        if (message[0] !== 255) return;
        socket.send(Buffer.from("\u0002bye\n"));
        socket.send(Buffer.from(`\u0003${JSON.stringify(commandStatusOf({ exitCode: 7 }))}`));
        socket.close();
      });
    });
    expect(await runCaptured(["exec", "p-0", "-i", "--", "cat", "-n"], { url, input: "hello\n" })).toEqual({
      code: 7,
      out: "hello\n",
      err: "bye\n",
    });
    const path = "/apis/plush.dev/v1/namespaces/default/processes/p-0/exec";
    expect(asked).toEqual([`${path}?stdin=true&stdout=true&stderr=true&command=cat&command=-n`]);
  });

  it("run groups equal answers and counts failures", async () => {
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    const result = (resource: string, stdout: string, exitCode: number) => ({
      type: "result",
      resource,
      stdout: base64(stdout),
      stderr: "",
      exitCode,
      durationMs: 1,
    });
    const { url } = await serve((_request, response) => {
      const messages = [
        { type: "targets", run: "r", targets: ["n1", "n2", "n3"].map((resource) => ({ resource })) },
        { type: "output", resource: "n1", stream: "stdout", data: base64("a\nb\n") },
        result("n2", "Linux\n", 0),
        result("n1", "Linux\n", 0),
        result("n3", "", 4),
        { type: "end" },
      ];
      response.end(messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
    });
    const summary = "error: failed on 1 of 3 hosts\n  n3: exit 4\n";
    expect(await runCaptured(["run", "--all", "-o", "groups", "--", "uname"], { url })).toEqual({
      code: 4,
      out: "1 host: n1\n  a\n  b\n  Linux\n1 host: n2\n  Linux\n1 host: n3 (exit 4)\n",
      err: summary,
    });
    expect(await runCaptured(["run", "--all", "--", "uname"], { url })).toEqual({
      code: 4,
      out: "n1: a\nn1: b\n",
      err: `n3: exit 4\n${summary}`,
    });
    const json = (await runCaptured(["run", "--all", "-o", "json", "--", "uname"], { url })).out.trim().split("\n");
    expect(json.map((line) => JSON.parse(line))).toMatchObject([
      { resource: "n2", stdout: "Linux\n", exitCode: 0 },
      { resource: "n1", stdout: "a\nb\nLinux\n" },
      { resource: "n3", stdout: "", exitCode: 4 },
    ]);
    expect((await runCaptured(["run", "--", "uname"], { url })).code).toBe(2);
  });

  it("logs of several processes are told apart", async () => {
    const { url } = await serve((request, response) => {
      if (request.url?.endsWith("/applications/web"))
        return sendJson(response, 200, { apiVersion: "plush.dev/v1", kind: "Application", metadata: { name: "web" } });
      const messages = [
        { type: "members", processes: ["a", "bb"] },
        { type: "text", process: "a", text: "of a\nmore\n" },
        { type: "note", process: "bb", note: "waiting", message: "it sleeps" },
        { type: "note", process: "bb", note: "back", message: "it is awake" },
        { type: "text", process: "bb", text: "of bb\nmore" },
        { type: "note", process: "a", note: "failed", message: "it has gone" },
        { type: "end" },
      ];
      response.end(messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
    });
    expect(await runCaptured(["logs", "application/web", "--tail=5"], { url })).toEqual({
      code: 1,
      out: "a  | of a\na  | more\nbb | of bb\nbb | more\n",
      err: "bb | (waiting: it sleeps)\nbb | (it is awake)\nerror: a: it has gone\n",
    });
  });

  it("backup writes a whole file that others cannot read, or none", async () => {
    let cut = false;
    const { url } = await serve((request, response) => {
      response.write("state");
      if (cut) setImmediate(() => request.socket.destroy());
      else response.end();
    });
    const file = join(scratch, "backup");
    const { code, err } = await runCaptured(["backup", file], { url });
    expect([code, err]).toMatchObject([0, expect.stringContaining("the file holds the keys")]);
    const { statSync, existsSync } = await import("node:fs");
    expect([statSync(file).size, statSync(file).mode & 0o777]).toEqual([5, 0o600]);
    cut = true;
    const other = join(scratch, "other");
    expect((await runCaptured(["backup", other], { url })).err).toBe("error: the connection to the server broke\n");
    expect([existsSync(other), existsSync(`${other}.partial`)]).toEqual([false, false]);
  });
});
