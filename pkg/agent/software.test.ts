import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { expect, test } from "vitest";
import { AgentProcess } from "./testing/agent-process.ts";
import { claimOrder, claimUid, documentOf, processOrder, softwareOrder } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };

async function packageOf(files: Readonly<Record<string, string>>) {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mode: 0o755 }, content);
  archive.finalize();
  const bytes = gzipSync(await buffer(archive));
  return { bytes, digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}` };
}

async function started() {
  const agent = new TestAgent();
  await agent.start();
  return { agent, client: await agent.connect() };
}

test("B-SOF-1: a package is asked for, resumed, installed, used by processes, and switched to another version", async () => {
  const { agent, client } = await started();
  const one = await packageOf({
    "bin/hello": "#!/bin/sh\necho one\n",
    "install.sh": "#!/bin/sh\necho done > installed\n",
  });
  const software = [softwareOrder({ digest: one.digest, format: "tar.gz", install: ["./install.sh"] })];
  const processes = [processOrder({ argv: ["sh", "-c", "hello > said; exec sleep 1000"] })];
  await client.put(documentOf([claimOrder({ software, processes })]));
  await expect.poll(() => client.needs, eventually).toEqual([one.digest]);
  expect(client.claims.get(claimUid)).toMatchObject({ state: "Installing", software: [{ state: "Pending" }] });

  const total = one.bytes.length;
  const send = (offset: number, end: number) =>
    client.request("PUT", `/v1/blobs/${one.digest}?offset=${offset}&total=${total}`, one.bytes.subarray(offset, end));
  expect((await send(0, 10)).status).toBe(202);
  expect((await client.request("HEAD", `/v1/blobs/${one.digest}`)).headers).toMatchObject({
    "content-length": "10",
    "x-complete": "false",
  });
  expect((await send(5, total)).status).toBe(409);
  expect((await send(10, total)).status).toBe(201);
  expect((await client.request("HEAD", `/v1/blobs/${one.digest}`)).headers["x-complete"]).toBe("true");

  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  expect(client.needs).toEqual([]);
  expect(client.claims.get(claimUid)).toMatchObject({
    state: "Configured",
    software: [{ state: "Installed", attempts: 1 }],
  });
  const work = (name: string): string => agent.path("claims", claimUid, "work", name);
  expect(readFileSync(work("said"), "utf8")).toBe("one\n");
  expect(existsSync(work("pack/installed"))).toBe(true);

  const two = await packageOf({ "bin/hello": "#!/bin/sh\necho two\n" });
  const next = [softwareOrder({ digest: two.digest, format: "tar.gz" })];
  const again = processes.map((process) => ({ ...process, revision: "r2" }));
  const pid = client.process()?.pid;
  const old = readlinkSync(work("pack"));
  await client.put(documentOf([claimOrder({ software: next, processes: again })], { generation: 2 }));
  await expect.poll(() => client.needs, eventually).toEqual([two.digest]);
  // What runs goes on until the new version is there.
  expect(client.process()).toMatchObject({ state: "Ready", pid, revision: "r1" });
  await client.request("PUT", `/v1/blobs/${two.digest}?total=${two.bytes.length}`, two.bytes);
  await expect.poll(() => client.process()?.revision, eventually).toBe("r2");
  await expect.poll(() => readFileSync(work("said"), "utf8"), eventually).toBe("two\n");
  await expect.poll(() => existsSync(agent.path("claims", claimUid, "work", old)), eventually).toBe(false);
});

test("B-SOF-2: what does not have its digest is refused, and told", async () => {
  const { client } = await started();
  const { digest } = await packageOf({ a: "1" });
  await client.put(documentOf([claimOrder({ software: [softwareOrder({ digest, format: "tar.gz" })] })]));
  const answer = await client.request("PUT", `/v1/blobs/${digest}?total=3`, "bad");
  expect(answer.status).toBe(422);
  await expect.poll(() => client.claims.get(claimUid)?.software[0]?.reason, eventually).toBe("DigestMismatch");
  expect((await client.request("HEAD", `/v1/blobs/${digest}`)).status).toBe(404);
  expect(client.needs).toEqual([digest]);
});

test.each([
  ["an install that fails", { install: ["sh", "-c", "echo because; exit 4"] }, "InstallFailed"],
  ["an install that takes too long", { install: ["sleep", "100"], timeoutMs: 100 }, "InstallFailed"],
  ["a check that never succeeds", { install: ["true"], check: ["sh", "-c", "echo because; exit 1"] }, "CheckFailed"],
])("B-SOF-13: %s is told with its output and tried again", async (_name, change, reason) => {
  const { client } = await started();
  await client.put(documentOf([claimOrder({ software: [softwareOrder(change)] })]));
  await expect.poll(() => client.claims.get(claimUid)?.state, eventually).toBe("Failed");
  const software = client.claims.get(claimUid)?.software[0];
  expect(software).toMatchObject({ state: "Failed", reason });
  if (!reason.startsWith("Install") || "check" in change) expect(software?.output).toBe("because");
  expect(client.process()?.state).toBe("Pending");
  await expect.poll(() => client.claims.get(claimUid)?.software[0]?.attempts, eventually).toBeGreaterThan(1);
});

test("B-SOF-25: an agent as it is shipped installs a tar.zst", async () => {
  const agent = new AgentProcess();
  await agent.build();
  const client = await agent.start();
  const archive = pack();
  archive.entry({ name: "bin/hello", mode: 0o755 }, "#!/bin/sh\necho hello\n");
  archive.finalize();
  const bytes = execFileSync("zstd", ["-q", "-c", "-19"], { input: await buffer(archive) });
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  const processes = [processOrder({ argv: ["sh", "-c", "hello > said; exec sleep 1000"] })];
  await client.put(documentOf([claimOrder({ software: [softwareOrder({ digest, format: "tar.zst" })], processes })]));
  await expect.poll(() => client.needs, eventually).toEqual([digest]);
  await client.request("PUT", `/v1/blobs/${digest}?offset=0&total=${bytes.length}`, bytes);
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  expect(readFileSync(join(agent.directory, "claims", claimUid, "work", "said"), "utf8")).toBe("hello\n");
  expect(readdirSync(join(agent.directory, "run", "tasks"))).toEqual([]);
});
