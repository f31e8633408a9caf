import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sleep, systemClock } from "../clock/index.ts";
import type { SoftwareOrder } from "../protocol/index.ts";
import type { AgentClient } from "./testing/agent-client.ts";
import { AgentProcess } from "./testing/agent-process.ts";
import { claimOrder, documentOf, softwareOrder } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 20_000, interval: 20 };

function claimsWith(software: SoftwareOrder, uids: readonly string[]) {
  return uids.map((uid, ordinal) => claimOrder({ uid, name: uid, ordinal, processes: [], software: [software] }));
}

function hostOrder(log: string, change: Partial<SoftwareOrder> = {}): SoftwareOrder {
  const say = (word: string): string[] => ["sh", "-c", `echo "${word} \${PLUSH_CLAIM_UID-nobody}" >> "$1"`, "sh", log];
  return softwareOrder({ scope: "Host", install: say("installed"), uninstall: say("uninstalled"), ...change });
}

const states = (client: AgentClient, uids: readonly string[]) => uids.map((uid) => client.claims.get(uid)?.state);

test("B-SOF-22: several claims share one installation, which goes with the last of them, and is named in its receipt", async () => {
  const agent = new TestAgent();
  await agent.start();
  let client = await agent.connect();
  const log = agent.path("log");
  const uids = ["first", "second"];
  const [first, second] = claimsWith(hostOrder(log), uids);
  if (first === undefined || second === undefined) throw new Error("two claims");
  await client.put(documentOf([first, second]));
  await expect.poll(() => states(client, uids), eventually).toEqual(["Configured", "Configured"]);
  expect(readFileSync(log, "utf8")).toBe("installed nobody\n");
  const places = uids.map((uid) => realpathSync(agent.path("claims", uid, "work", "pack")));
  expect(new Set(places).size).toBe(1);

  await client.put(documentOf([{ ...first, intent: "Remove" }, second], { generation: 2 }));
  await expect.poll(() => client.claims.get("first")?.state, eventually).toBe("Removed");
  expect(client.claims.get("first")?.receipt?.removed).toEqual([agent.path("claims", "first")]);
  expect(existsSync(places[0] ?? "")).toBe(true);

  await agent.stop();
  await agent.start();
  client = await agent.connect();
  await client.put(documentOf([{ ...second, intent: "Remove" }], { generation: 3 }));
  await expect.poll(() => client.claims.get("second")?.state, eventually).toBe("Removed");
  expect(client.claims.get("second")?.receipt?.removed).toEqual([places[0], agent.path("claims", "second")]);
  expect(readFileSync(log, "utf8")).toBe("installed nobody\nuninstalled nobody\n");
  expect(readdirSync(agent.path("host"))).toEqual([]);
});

test("B-SOF-22: claims that go at the same time leave nothing; one that comes again installs anew", async () => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  const log = agent.path("log");
  const uids = ["a", "b", "c"];
  const claims = claimsWith(hostOrder(log), uids);
  await client.put(documentOf(claims));
  await expect.poll(() => states(client, uids), eventually).toEqual(uids.map(() => "Configured"));
  await client.put(
    documentOf(
      claims.map((one) => ({ ...one, intent: "Remove" as const })),
      { generation: 2 },
    ),
  );
  await expect.poll(() => states(client, uids), eventually).toEqual(uids.map(() => "Removed"));
  expect(readFileSync(log, "utf8")).toBe("installed nobody\nuninstalled nobody\n");
  await client.put(
    documentOf(
      claims.map((one) => ({ ...one, epoch: 2 })),
      { generation: 3 },
    ),
  );
  await expect.poll(() => states(client, uids), eventually).toEqual(uids.map(() => "Configured"));
  expect(readFileSync(log, "utf8")).toBe("installed nobody\nuninstalled nobody\ninstalled nobody\n");
});

test("another version is installed beside the one that others still need", async () => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  const log = agent.path("log");
  const next = hostOrder(log, { install: ["touch", "next"] });
  const [first, second] = claimsWith(hostOrder(log), ["first", "second"]);
  if (first === undefined || second === undefined) throw new Error("two claims");
  await client.put(documentOf([first, second]));
  await expect.poll(() => states(client, ["first", "second"]), eventually).toEqual(["Configured", "Configured"]);
  await client.put(documentOf([{ ...first, software: [next] }, second], { generation: 2 }));
  const path = (uid: string): string => agent.path("claims", uid, "work", "pack");
  await expect.poll(() => existsSync(join(path("first"), "next")), eventually).toBe(true);
  expect(existsSync(join(path("second"), "next"))).toBe(false);
  expect(readdirSync(agent.path("host"))).toHaveLength(2);
  await client.put(
    documentOf(
      [
        { ...first, software: [next] },
        { ...second, software: [next] },
      ],
      { generation: 3 },
    ),
  );
  await expect.poll(() => readdirSync(agent.path("host")), eventually).toHaveLength(1);
  expect(readFileSync(log, "utf8")).toBe("installed nobody\nuninstalled nobody\n");
});

test("B-SOF-24: packages are not installed on a computer that only pretends to be several machines", async () => {
  const agent = new TestAgent({ bootIdentity: "pretended" });
  await agent.start();
  const client = await agent.connect();
  const order = softwareOrder({ scope: "Host", format: "deb" });
  await client.put(documentOf(claimsWith(order, ["first"])));
  await expect.poll(() => client.claims.get("first")?.software[0]?.reason, eventually).toBe("PackageConflict");
});

test("B-SOF-22: an agent killed at any moment installs for all, and takes away with the last", {
  timeout: 120_000,
}, async () => {
  const agent = new AgentProcess();
  await agent.build();
  const out = join(agent.directory, "out");
  mkdirSync(out);
  const log = join(out, "log");
  const uids = ["a", "b"];
  let generation = 0;
  let client = await agent.start();
  for (let round = 0; round < 3; round++) {
    const epoch = round + 1;
    const claims = claimsWith(hostOrder(log), uids).map((one) => ({ ...one, epoch }));
    for (const intent of ["Run", "Remove"] as const) {
      const document = documentOf(
        claims.map((one) => ({ ...one, intent })),
        { generation: ++generation },
      );
      for (let kill = 0; kill < 4; kill++) {
        client.put(document).catch(() => undefined);
        // From before anything is on disk to after all of it is done.
        await sleep(systemClock, kill * 12 + Math.random() * 25);
        await agent.kill();
        client = await agent.start();
      }
      await client.put(document);
      const settled = intent === "Run" ? "Configured" : "Removed";
      await expect.poll(() => states(client, uids), eventually).toEqual([settled, settled]);
      const host = existsSync(join(agent.directory, "host")) ? readdirSync(join(agent.directory, "host")) : [];
      expect(host).toHaveLength(intent === "Run" ? 1 : 0);
      if (intent === "Run") continue;
      // A step that was cut off is done again; nothing is left out.
      const words = readFileSync(log, "utf8").trim().split("\n");
      expect(words[0]).toBe("installed nobody");
      expect(words.at(-1)).toBe("uninstalled nobody");
    }
  }
});
