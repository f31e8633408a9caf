import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { LeaseGrant, LeaseRequest } from "../protocol/index.ts";
import { makeSealKeys, seal } from "../seal/index.ts";
import { uptimeMs } from "./host/uptime.ts";
import type { AgentClient } from "./testing/agent-client.ts";
import { AgentProcess } from "./testing/agent-process.ts";
import { claimOrder, claimUid, documentOf, processOrder } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 20_000, interval: 10 };
const fencing = { leaseMs: 3000 };
const order = claimOrder({ fencing });

function asked(client: AgentClient): LeaseRequest | undefined {
  return client.messages.findLast((message) => message.type === "lease");
}

async function running(client: AgentClient): Promise<number> {
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  return client.process()?.pid ?? 0;
}

function lives(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, "latin1").includes(") Z ");
}

describe("a claim with fencing", () => {
  test("B-FEN-1: runs only once a lease is granted, goes on while it is renewed, ends without, begins anew with it", async () => {
    const agent = new TestAgent();
    await agent.start();
    const client = await agent.connect();
    await client.put(documentOf([order]));
    await expect.poll(() => client.process()?.reason, eventually).toBe("WaitingForLease");
    expect(client.process()).toMatchObject({ state: "Pending", restarts: 0 });
    await expect
      .poll(() => asked(client), eventually)
      .toMatchObject({ boot: client.host?.bootIdentity, wishes: [{ uid: claimUid, epoch: 1, holds: false }] });

    client.leaseMs = fencing.leaseMs;
    const pid = await running(client);
    const end = uptimeMs() + 2 * fencing.leaseMs;
    await expect.poll(() => uptimeMs() > end, eventually).toBe(true);
    expect(client.process()).toMatchObject({ pid, state: "Ready" });
    expect(asked(client)?.wishes).toMatchObject([{ holds: true }]);

    client.leaseMs = undefined;
    const last = asked(client)?.at ?? 0;
    await expect.poll(() => lives(pid), eventually).toBe(false);
    expect(uptimeMs() - last).toBeLessThan(fencing.leaseMs + 1000);
    await expect.poll(() => client.process()?.reason, eventually).toBe("WaitingForLease");

    client.leaseMs = fencing.leaseMs;
    await expect.poll(() => client.process()?.pid ?? pid, eventually).not.toBe(pid);
    expect(client.process()).toMatchObject({ restarts: 0 });
  });

  test("without fencing nothing is asked for, and nothing waits", async () => {
    const agent = new TestAgent();
    await agent.start();
    const client = await agent.connect();
    await client.put(documentOf([claimOrder()]));
    await running(client);
    expect(asked(client)).toBeUndefined();
  });

  test("switched on or off, its processes begin anew under the other rule", async () => {
    const agent = new TestAgent();
    await agent.start();
    const client = await agent.connect();
    client.leaseMs = fencing.leaseMs;
    await client.put(documentOf([claimOrder()]));
    const plain = await running(client);
    await client.put(documentOf([order], { generation: 2 }));
    await expect.poll(() => lives(plain), eventually).toBe(false);
    await expect.poll(() => client.process()?.pid ?? plain, eventually).not.toBe(plain);
    const leased = await running(client);
    await client.put(documentOf([claimOrder()], { generation: 3 }));
    await expect.poll(() => lives(leased), eventually).toBe(false);
    await expect.poll(() => client.process()?.pid ?? leased, eventually).not.toBe(leased);
    expect(client.process()?.restarts).toBe(0);
  });

  test("B-FEN-7: an agent that is started again goes on with the lease that is on disk", async () => {
    const agent = new TestAgent();
    await agent.start();
    const client = await agent.connect();
    client.leaseMs = 30_000;
    await client.put(documentOf([claimOrder({ fencing: { leaseMs: 30_000 } })]));
    const pid = await running(client);
    await agent.stop();
    await agent.start();
    const next = await agent.connect();
    await expect.poll(() => next.process()?.state, eventually).toBe("Ready");
    expect(next.process()).toMatchObject({ pid, restarts: 0 });
    await expect.poll(() => asked(next)?.wishes, eventually).toMatchObject([{ holds: true }]);
  });

  test("what ends within its lease is restarted as without", async () => {
    const agent = new TestAgent();
    await agent.start();
    const client = await agent.connect();
    client.leaseMs = 30_000;
    const crashing = processOrder({
      argv: ["sh", "-c", "[ -e ../../../again ] && exec sleep 1000; : >../../../again; exit 3"],
    });
    await client.put(documentOf([claimOrder({ fencing: { leaseMs: 30_000 }, processes: [crashing] })]));
    await running(client);
    expect(client.process()?.restarts).toBe(1);
  });

  test("B-FEN-18: what is removed stops in its own time", async () => {
    const agent = new TestAgent();
    await agent.start();
    const client = await agent.connect();
    client.leaseMs = 60_000;
    const words = agent.path("last-words");
    const script = `trap "sleep 2; echo done >${words}; exit 0" TERM; while :; do sleep 0.05; done`;
    const slow = processOrder({ argv: ["sh", "-c", script], stop: { delayMs: 0, signal: "TERM", timeoutMs: 20_000 } });
    await client.put(documentOf([claimOrder({ fencing: { leaseMs: 60_000 }, processes: [slow] })]));
    await running(client);
    await client.put(documentOf([claimOrder({ intent: "Remove", processes: [] })], { generation: 2 }));
    await expect.poll(() => client.claims.get(claimUid)?.receipt, eventually).toBeDefined();
    expect(existsSync(words)).toBe(true);
  });

  test("nothing of the lease stays when the claim is removed", async () => {
    const agent = new TestAgent();
    await agent.start();
    const client = await agent.connect();
    client.leaseMs = fencing.leaseMs;
    await client.put(documentOf([order]));
    await running(client);
    expect(existsSync(agent.path("leases", `${claimUid}.1`))).toBe(true);
    await client.put(documentOf([claimOrder({ intent: "Remove", processes: [] })], { generation: 2 }));
    await expect.poll(() => client.claims.get(claimUid)?.receipt, eventually).toBeDefined();
    await expect.poll(() => existsSync(agent.path("leases", `${claimUid}.1`)), eventually).toBe(false);
  });
});

describe("grants", () => {
  const grant = (client: AgentClient, change: Partial<LeaseGrant> = {}): LeaseGrant => ({
    kind: "LeaseGrant",
    clusterUid: "cluster",
    resourceUid: "resource",
    term: 1,
    boot: client.host?.bootIdentity ?? "",
    at: uptimeMs(),
    leases: [{ uid: claimUid, epoch: 1, leaseMs: 60_000 }],
    ...change,
  });

  test("B-FEN-6: only the server's own word counts, of this term and this boot, as a grant", async () => {
    const agent = new TestAgent();
    await agent.start();
    const client = await agent.connect();
    const document = documentOf([order], { term: 5 });
    await client.put(document);
    await expect.poll(() => asked(client), eventually).toBeDefined();
    const forged = JSON.stringify(seal(JSON.stringify(grant(client, { term: 5 })), makeSealKeys().privateKey));
    expect((await client.request("PUT", "/v1/leases", forged)).status).toBe(403);
    expect((await client.grant(grant(client, { term: 5, resourceUid: "other" }))).status).toBe(403);
    expect((await client.grant(grant(client, { term: 4 }))).status).toBe(409);
    expect((await client.grant(grant(client, { term: 5, boot: "another" }))).status).toBe(409);
    // The server signed it, as a document.
    const misused = JSON.stringify(
      seal(JSON.stringify({ ...document, boot: "", at: 0, leases: [] }), agent.keys.privateKey),
    );
    expect((await client.request("PUT", "/v1/leases", misused)).status).toBe(422);
    await expect.poll(() => client.process()?.reason, eventually).toBe("WaitingForLease");
    expect((await client.grant(grant(client, { term: 6 }))).status).toBe(200);
    await running(client);
    expect((await client.grant(grant(client, { term: 5 }))).status).toBe(409);
  });
});

test("B-FEN-3: a frozen agent, and one that was killed, keep nothing running", { timeout: 60_000 }, async () => {
  const agents = [
    ["frozen", new AgentProcess()],
    ["killed", new AgentProcess()],
  ] as const;
  const endOne = async ([end, agent]: (typeof agents)[number]): Promise<void> => {
    await agent.build();
    const client = await agent.start();
    client.leaseMs = fencing.leaseMs;
    const stubborn = processOrder({ argv: ["sh", "-c", "trap : TERM; while :; do sleep 0.1; done"] });
    await client.put(documentOf([claimOrder({ fencing, processes: [stubborn] })]));
    const pid = await running(client);
    const stopped = uptimeMs();
    if (end === "frozen") agent.signal("SIGSTOP");
    else await agent.kill();
    await expect.poll(() => lives(pid), eventually).toBe(false);
    expect(uptimeMs() - stopped, end).toBeLessThan(fencing.leaseMs + 900);
    agent.signal("SIGCONT");
  };
  await Promise.all(agents.map(endOne));
});
