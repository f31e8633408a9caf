import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256, tarGz } from "../../test/support/archives.ts";
import { sleep, systemClock } from "../clock/index.ts";
import type { AgentClient } from "./testing/agent-client.ts";
import { AgentProcess } from "./testing/agent-process.ts";
import { claimOrder, claimUid, documentOf, processOrder, softwareOrder } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };

const treesOf = (directory: string): string[] =>
  readdirSync(join(directory, "ahead")).filter((name) => name !== "boot");

async function putBlob(client: AgentClient, bytes: Buffer): Promise<string> {
  const digest = `sha256:${sha256(bytes)}`;
  await client.request("PUT", `/v1/blobs/${digest}?total=${bytes.length}&ifRoom=true`, bytes);
  return digest;
}

function prefetch(client: AgentClient, ...digests: readonly string[]) {
  const packages = digests.map((digest) => ({ name: "pack", format: "tar.gz", strip: 0, digest }));
  return client.request("PUT", "/v1/prefetch", JSON.stringify({ packages }));
}

test("B-PRE-5: a claim gets the tree that lies ready, its install command runs there, and another claim has its own", async () => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  const install = "#!/bin/sh\necho $PLUSH_CLAIM_UID >> text\n";
  const digest = await putBlob(
    client,
    await tarGz([
      { name: "text", content: "of the package\n" },
      { name: "install.sh", mode: 0o755, content: install },
    ]),
  );
  expect((await prefetch(client, digest)).status).toBe(200);
  const [tree = ""] = treesOf(agent.directory);
  expect(statSync(agent.path("ahead", tree)).mode & 0o777).toBe(0o700);
  const { ino } = statSync(agent.path("ahead", tree, "text"));
  const software = [softwareOrder({ digest, format: "tar.gz", install: ["./install.sh"] })];
  const other = `other-${claimUid}`;
  const claims = [
    claimOrder({ software }),
    claimOrder({ uid: other, name: "app-servers-1", ordinal: 1, software, processes: [] }),
  ];
  await client.put(documentOf(claims.slice(0, 1)));
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  await client.put(documentOf(claims, { generation: 2 }));
  await expect.poll(() => client.claims.get(other)?.state, eventually).toBe("Configured");
  const texts = [claimUid, other].map((uid) => agent.path("claims", uid, "work", "pack", "text"));
  expect(statSync(texts[0] ?? "").ino).toBe(ino);
  expect(texts.map((path) => readFileSync(path, "utf8"))).toEqual([
    `of the package\n${claimUid}\n`,
    `of the package\n${other}\n`,
  ]);
  expect(statSync(agent.path("claims", claimUid, "work", "pack")).mode & 0o777).toBe(0o755);
  expect(treesOf(agent.directory)).toEqual([]);
});

test("B-PRE-6: an agent that removes itself leaves nothing, whatever it is about to unpack", async () => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  const members = Array.from({ length: 500 }, (_, at) => ({ name: `${at}`, content: `${at}` }));
  const digest = await putBlob(client, await tarGz(members));
  prefetch(client, digest).catch(() => undefined);
  await expect.poll(() => treesOf(agent.directory).length, eventually).toBe(1);
  await client.request("POST", "/v1/shutdown", JSON.stringify({ remove: true }));
  expect(existsSync(agent.directory)).toBe(false);
});

test.each([
  ["no list", {}],
  ["a name that leads out", { packages: [{ name: "../x", strip: 0, digest: `sha256:${"0".repeat(64)}` }] }],
  ["no digest", { packages: [{ name: "x", strip: 0 }] }],
])("%s is refused", async (_name, body) => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  expect((await client.request("PUT", "/v1/prefetch", JSON.stringify(body))).status).toBe(400);
});

test("B-PRE-7: an agent killed at any moment of unpacking ahead, dropping and using it leaves nothing half", {
  timeout: 60_000,
}, async () => {
  const agent = new AgentProcess();
  await agent.build();
  const members = Array.from({ length: 400 }, (_, at) => ({ name: `d/${at}`, content: `${at}`.repeat(100) }));
  const archive = await tarGz(members);
  const isWhole = (path: string): boolean =>
    members.every(({ name, content }) => readFileSync(join(path, name), "utf8") === content);
  for (let round = 0; round < 8; round++) {
    const client = await agent.start();
    const digest = await putBlob(client, archive);
    const uid = `c${round}-${process.pid}`;
    const software = [softwareOrder({ digest, format: "tar.gz" })];
    const processes = [processOrder({ uid: `p-${uid}`, argv: ["sleep", "1000"] })];
    // Some rounds make one, some drop it, some use it.
    const wanted = round % 3 === 1 ? [] : [digest];
    prefetch(client, ...wanted).catch(() => undefined);
    await sleep(systemClock, Math.random() * 60);
    if (round % 3 === 2) {
      await prefetch(client, digest);
      client.put(documentOf([claimOrder({ uid, software, processes })], { generation: round })).catch(() => undefined);
      await sleep(systemClock, Math.random() * 20);
    }
    await agent.kill();
    // What has another name is removed by the next agent, and never used.
    const trees = treesOf(agent.directory).filter((name) => !name.includes("."));
    for (const name of trees) expect(isWhole(join(agent.directory, "ahead", name)), name).toBe(true);
  }
  const client = await agent.start();
  await expect
    .poll(() => [...client.claims.values()].map(({ state }) => state), eventually)
    .not.toContain("Installing");
  const places = [...client.claims.keys()].map((uid) => join(agent.directory, "claims", uid, "work", "pack"));
  expect(places.map(isWhole)).toEqual(places.map(() => true));
  expect(readdirSync(join(agent.directory, "run", "tasks"))).toEqual([]);
});
