import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { claimOrder, documentOf, processOrder } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };

test("a process runs, is reported, stops", async () => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  expect((await client.put(documentOf([claimOrder()]))).body).toEqual({ term: 1, generation: 1 });
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  const pid = client.process()?.pid ?? 0;
  expect(readFileSync(`/proc/${pid}/cmdline`, "latin1")).toBe("sleep\x001000\0");
  expect(readFileSync(`/proc/${pid}/environ`, "latin1")).toContain("PLUSH_ORDINAL=0\0");
  await client.put(documentOf([claimOrder({ intent: "Stop" })], { generation: 2 }));
  await expect.poll(() => client.process()?.state, eventually).toBe("Exited");
  expect(client.process()).toMatchObject({ exitCode: 143, signal: "SIGTERM" });
});

test("processes outlive the agent and are adopted, with the exit status of those that ended meanwhile", async () => {
  const agent = new TestAgent();
  await agent.start();
  const processes = [
    processOrder(),
    processOrder({
      uid: "p2",
      argv: ["sh", "-c", "while [ ! -e go ]; do sleep 0.02; done; exit 7"],
      restartPolicy: "Never",
    }),
  ];
  let client = await agent.connect();
  await client.put(documentOf([claimOrder({ processes })]));
  await expect.poll(() => client.process("c1", "p2")?.state, eventually).toBe("Ready");
  const pid = client.process()?.pid;
  await agent.stop();
  const { writeFileSync } = await import("node:fs");
  writeFileSync(agent.path("claims", "c1", "work", "go"), "");
  await agent.start();
  client = await agent.connect();
  await expect.poll(() => client.process("c1", "p2")?.state, eventually).toBe("Exited");
  expect(client.process("c1", "p2")?.exitCode).toBe(7);
  expect(client.process()).toMatchObject({ state: "Ready", pid, restarts: 0 });
});
