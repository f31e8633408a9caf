import { existsSync, lstatSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ClaimOrder } from "../protocol/index.ts";
import { claimOrder, claimUid, documentOf, processOrder, softwareOrder } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };
const spareUid = `spare-${claimUid}`;

/** An agent with a spare whose software is installed; `ran` tells each installation and where it was made. */
async function withSpare(install = 'echo "$PWD" >> ../../../../ran; pwd > where') {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  const software = [
    softwareOrder({
      install: ["sh", "-c", install],
      uninstall: ["sh", "-c", "echo gone >> ../../../../ran"],
    }),
  ];
  const { ordinal: _ordinal, ...order } = claimOrder({ uid: spareUid, name: "spare-0", processes: [], software });
  await client.put(documentOf([order]));
  return { agent, client, order, software, ran: () => readFileSync(agent.path("ran"), "utf8").trim().split("\n") };
}

/** The member goes on where the spare was. */
function takenOver(spare: ClaimOrder, change: Partial<ClaimOrder> = {}): ClaimOrder[] {
  const { software } = spare;
  const heir = claimOrder({ epoch: 2, software, takesOver: spareUid, processes: [], ...change });
  return [heir, { ...spare, intent: "Remove", software: [] }];
}

const serves = processOrder({ epoch: 2, argv: ["sh", "-c", 'cat "$(cat pack/where)/where"; exec sleep 1000'] });

test("B-SPA-3: a member takes over what a spare has installed; nothing is installed again", async () => {
  const { agent, client, order, ran } = await withSpare();
  await expect.poll(() => client.claims.get(spareUid)?.state, eventually).toBe("Configured");
  const [path] = ran();
  await client.put(documentOf(takenOver(order, { processes: [serves] }), { generation: 2 }));
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  expect(client.claims.get(claimUid)).toMatchObject({ state: "Configured", epoch: 2 });
  expect(client.claims.get(spareUid)).toMatchObject({ state: "Removed", receipt: { epoch: 1, removed: [] } });
  // What an installer wrote down of its place still leads there.
  expect(readFileSync(agent.path("claims", claimUid, "work", "pack", "where"), "utf8")).toBe(`${path}\n`);
  expect(existsSync(`${path}/where`)).toBe(true);
  expect(ran()).toEqual([path]);

  // Another start of the agent, and the next document, find it so.
  await agent.stop();
  await agent.start();
  const next = await agent.connect();
  expect((await next.request("PUT", `/v1/receipts/${spareUid}`)).status).toBe(200);
  await next.put(documentOf([takenOver(order, { processes: [serves] })[0] as ClaimOrder], { generation: 3 }));
  await expect.poll(() => [...next.claims.keys()], eventually).toEqual([claimUid]);
  expect(next.process()).toMatchObject({ state: "Ready", restarts: 0 });

  await next.put(documentOf([claimOrder({ epoch: 2, intent: "Remove" })], { generation: 4 }));
  await expect.poll(() => next.claims.get(claimUid)?.state, eventually).toBe("Removed");
  expect(ran()).toEqual([path, "gone"]);
  expect(readdirSync(agent.path("claims"))).toEqual([]);
});

test("a spare that is not ready is removed, and the member begins anew", async () => {
  const { agent, client, order, ran } = await withSpare('echo "$PWD" >> ../../../../ran; test -e ../../../../ok');
  await expect.poll(() => client.claims.get(spareUid)?.state, eventually).toBe("Failed");
  await client.put(documentOf(takenOver(order), { generation: 2 }));
  await expect.poll(() => client.claims.get(spareUid)?.state, eventually).toBe("Removed");
  await expect.poll(() => client.claims.get(claimUid)?.state, eventually).toBe("Failed");
  expect(new Set(ran())).toContain(agent.path("claims", claimUid, "software", "pack@none"));
  expect(readdirSync(agent.path("claims"))).toEqual([claimUid]);
});

test("an agent that was killed between the steps of a takeover ends it", async () => {
  const { agent, client, order, ran } = await withSpare();
  await expect.poll(() => client.claims.get(spareUid)?.state, eventually).toBe("Configured");
  await agent.stop();
  renameSync(agent.path("claims", spareUid), agent.path("claims", claimUid));
  await agent.start();
  const next = await agent.connect();
  await next.put(documentOf(takenOver(order), { generation: 2 }));
  await expect.poll(() => next.claims.get(claimUid)?.state, eventually).toBe("Configured");
  expect(lstatSync(agent.path("claims", spareUid)).isSymbolicLink()).toBe(true);
  expect(ran()).toHaveLength(1);

  // The same, the heir's entry written and the spare's not.
  await agent.stop();
  const ledger = agent.path("ledger", "claims", `${spareUid}.json`);
  const entry = JSON.parse(readFileSync(ledger, "utf8"));
  const { receipt: _told, ...before } = entry;
  writeFileSync(ledger, JSON.stringify(before));
  await agent.start();
  const last = await agent.connect();
  await expect.poll(() => last.claims.get(spareUid)?.state, eventually).toBe("Removed");
  expect(last.claims.get(claimUid)?.state).toBe("Configured");
  expect(ran()).toHaveLength(1);
});

test("B-RST-2: a spare that comes again where its place was taken over has one of its own, and goes as any other", async () => {
  const { agent, client, order, ran } = await withSpare();
  await expect.poll(() => client.claims.get(spareUid)?.state, eventually).toBe("Configured");
  const [heir] = takenOver(order, { processes: [serves] });
  await client.put(documentOf(takenOver(order, { processes: [serves] }), { generation: 2 }));
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  expect((await client.request("PUT", `/v1/receipts/${spareUid}`)).status).toBe(200);

  // As a restored server has it, which knows the spare and not what became of it.
  await client.put(documentOf([heir as ClaimOrder, { ...order, epoch: 5 }], { generation: 3 }));
  await expect.poll(() => client.claims.get(spareUid)?.state, eventually).toBe("Configured");
  expect(lstatSync(agent.path("claims", spareUid)).isDirectory()).toBe(true);
  expect(ran()).toHaveLength(2);
  expect(client.process()).toMatchObject({ state: "Ready", restarts: 0 });

  // The member is at work where the spare is: it is no heir that has begun to take over.
  const again = takenOver(order, { epoch: 9, processes: [{ ...serves, epoch: 9 }] });
  await client.put(documentOf([again[0] as ClaimOrder, { ...(again[1] as ClaimOrder), epoch: 5 }], { generation: 4 }));
  await expect.poll(() => client.claims.get(spareUid)?.receipt?.epoch, eventually).toBe(5);
  await expect.poll(() => client.claims.get(claimUid)?.epoch, eventually).toBe(9);
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  expect(readdirSync(agent.path("claims"))).toEqual([claimUid]);
});
