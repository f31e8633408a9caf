import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readStat } from "./shim/process-table.ts";
import { claimOrder, claimUid, documentOf, otherUid, processOrder, softwareOrder } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };

/** Leaves its session, its group and its parent. */
const daemonizes = ["sh", "-c", "setsid sh -c 'echo $$ > daemon; exec sleep 1000' & exec sleep 1000"];

function isGone(pid: number): boolean {
  return ["Z", undefined].includes(readStat(pid)?.state);
}

test("B-FIN-3: a removed claim leaves nothing, and its receipt stays until it is acknowledged", async () => {
  const agent = new TestAgent();
  await agent.start();
  let client = await agent.connect();
  const outside = agent.path("outside");
  const order = claimOrder({
    software: [softwareOrder({ uninstall: ["sh", "-c", `echo uninstalled >> ${outside}`] })],
    processes: [
      processOrder({ argv: daemonizes }),
      processOrder({ uid: otherUid, name: "second", restartPolicy: "Never", argv: ["true"] }),
    ],
    cleanup: { command: ["sh", "-c", `echo "cleaned $PLUSH_ORDINAL" >> ${outside}; false`], timeoutMs: 5000 },
  });
  await client.put(documentOf([order]));
  const file = agent.path("claims", claimUid, "work", "daemon");
  await expect.poll(() => existsSync(file) && readFileSync(file, "utf8") !== "", eventually).toBe(true);
  const pids = [Number(readFileSync(file, "utf8")), client.process()?.pid ?? 0];
  await expect.poll(() => client.process(claimUid, otherUid)?.state, eventually).toBe("Exited");

  await client.put(documentOf([{ ...order, intent: "Remove" }], { generation: 2 }));
  await expect.poll(() => client.claims.get(claimUid)?.state, eventually).toBe("Removed");
  expect(pids.map(isGone)).toEqual([true, true]);
  expect(readFileSync(outside, "utf8")).toBe("cleaned 0\nuninstalled\n");
  expect(readdirSync(agent.path("claims"))).toEqual([]);
  expect(client.claims.get(claimUid)?.receipt).toMatchObject({
    epoch: 1,
    stopped: ["app-serve-server-0"],
    removed: ["pack", agent.path("claims", claimUid)],
    failures: ["cleanup command: exit code 1"],
  });

  await agent.stop();
  await agent.start();
  client = await agent.connect();
  await expect.poll(() => client.claims.get(claimUid)?.receipt?.epoch, eventually).toBe(1);
  expect((await client.request("PUT", `/v1/receipts/${claimUid}`)).status).toBe(200);
  await expect.poll(() => client.claims.has(claimUid), eventually).toBe(false);
  expect(client.messages.at(-1)).not.toMatchObject({ type: "full" });
  await client.put(documentOf([], { generation: 3 }));
  await expect.poll(() => readdirSync(agent.path("ledger", "claims")), eventually).toEqual([]);
});

test("a later epoch begins in a fresh directory once the earlier one is gone", async () => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  const argv = ["sh", "-c", "echo $PLUSH_EPOCH >> epochs; exec sleep 1000"];
  const order = (epoch: number) => claimOrder({ epoch, processes: [processOrder({ epoch, argv })] });
  await client.put(documentOf([order(1)]));
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  await client.put(documentOf([order(2)], { generation: 2 }));
  await expect.poll(() => client.claims.get(claimUid)?.epoch, eventually).toBe(2);
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  expect(readFileSync(agent.path("claims", claimUid, "work", "epochs"), "utf8")).toBe("2\n");
  expect(client.claims.get(claimUid)?.receipt?.epoch).toBe(1);
});

test("B-FIN-3: what was removed, ordered again before its receipt was acknowledged, and removed again leaves nothing either", async () => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  const order = (epoch: number) => claimOrder({ epoch, processes: [processOrder({ epoch })] });
  for (const [epoch, generation] of [
    [1, 1],
    [2, 3],
  ] as const) {
    await client.put(documentOf([order(epoch)], { generation }));
    await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
    await client.put(documentOf([{ ...order(epoch), intent: "Remove" }], { generation: generation + 1 }));
    await expect.poll(() => client.claims.get(claimUid)?.receipt?.epoch, eventually).toBe(epoch);
    expect(readdirSync(agent.path("claims"))).toEqual([]);
  }
});

test("an agent that is told to go takes all of it along, its parent's empty directory too", async () => {
  const agent = new TestAgent({}, "plush-agent");
  await agent.start();
  const client = await agent.connect();
  await client.put(documentOf([claimOrder({ processes: [processOrder({ argv: daemonizes })] })]));
  const file = agent.path("claims", claimUid, "work", "daemon");
  await expect.poll(() => existsSync(file) && readFileSync(file, "utf8") !== "", eventually).toBe(true);
  const pids = [Number(readFileSync(file, "utf8")), client.process()?.pid ?? 0];
  expect((await client.request("POST", "/v1/shutdown", '{"remove":true}')).status).toBe(200);
  await expect.poll(() => agent.exited, eventually).toBe(true);
  expect(pids.map(isGone)).toEqual([true, true]);
  expect(existsSync(agent.directory)).toBe(false);
  expect(existsSync(join(agent.directory, ".."))).toBe(false);
});

test("an agent that nobody wants any more removes itself, unless it holds a claim", async () => {
  const lonely = new TestAgent({ orphanAfterMs: 300 });
  await lonely.start();
  const holder = new TestAgent({ orphanAfterMs: 300 });
  await holder.start();
  const client = await holder.connect();
  await client.put(documentOf([claimOrder()]));
  client.close();
  await expect.poll(() => lonely.exited, eventually).toBe(true);
  expect(existsSync(lonely.directory)).toBe(false);
  expect(holder.exited).toBe(false);
});

test("what is in the way of a file does not stop a removal", async () => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  const order = claimOrder({
    processes: [processOrder({ argv: ["sh", "-c", "mkdir -p deep/er; chmod 0 deep/er; exec sleep 1000"] })],
  });
  await client.put(documentOf([order]));
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  mkdirSync(agent.path("claims", claimUid, "work", "more"));
  writeFileSync(agent.path("claims", claimUid, "work", "more", "x"), "");
  await client.put(documentOf([{ ...order, intent: "Remove" }], { generation: 2 }));
  await expect.poll(() => client.claims.get(claimUid)?.state, eventually).toBe("Removed");
  expect(existsSync(agent.path("claims", claimUid))).toBe(false);
});

test("B-FIN-26: an installation that waits for its turn when its claim is removed does not bring the claim back", async () => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  const claim = (name: string, seconds: number) =>
    claimOrder({
      uid: `${name}-${process.pid}`,
      processes: [],
      software: [softwareOrder({ install: ["sleep", String(seconds)] })],
    });
  // Two are installed at a time: the third waits, and the fourth comes after it.
  const [first, second, third, fourth] = [claim("c1", 1), claim("c2", 1), claim("c3", 0), claim("c4", 0)];
  const stateOf = ({ uid }: { readonly uid: string }) => client.claims.get(uid)?.state;
  await client.put(documentOf([first, second]));
  await expect.poll(() => client.claims.get(second.uid)?.software[0]?.state, eventually).toBe("Installing");
  await client.put(documentOf([first, second, third, fourth], { generation: 2 }));
  await expect.poll(() => stateOf(fourth), eventually).toBe("Installing");
  const removal = { ...third, intent: "Remove" } as const;
  await client.put(documentOf([first, second, removal, fourth], { generation: 3 }));
  await expect.poll(() => stateOf(third), eventually).toBe("Removed");
  await expect.poll(() => stateOf(fourth), eventually).toBe("Configured");
  expect(existsSync(agent.path("claims", third.uid))).toBe(false);
});
