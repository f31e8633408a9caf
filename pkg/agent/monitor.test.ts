import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { MonitorOrder, ProbeOrder } from "../protocol/index.ts";
import { findByVariable } from "./shim/process-table.ts";
import { claimOrder, claimUid, documentOf, processOrder } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };

async function started() {
  const agent = new TestAgent();
  await agent.start();
  return { agent, client: await agent.connect() };
}

function aMonitor(script: string, change: Partial<MonitorOrder> = {}): MonitorOrder {
  return {
    name: "check",
    command: ["sh", "-c", script],
    periodMs: 30,
    timeoutMs: 5000,
    successThreshold: 1,
    failureThreshold: 2,
    ...change,
  };
}

/** Leaves its group, its session and its parent, and never ends. */
const hangs = "setsid sh -c 'echo $$ > escaped; exec sleep 9876' & sleep 9875";

/** What runs in the name of the claim. */
function running(): string[] {
  return findByVariable("PLUSH_CLAIM_UID", `${claimUid}\0`).map((pid) => commandOf(pid));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}

test("B-HEA-6: a monitor runs in the claim's directory with its environment; its word changes by thresholds", async () => {
  const { agent, client } = await started();
  const script = 'echo "member $PLUSH_ORDINAL of $PLUSH_COMPONENT"; echo "in $PWD" >&2; test ! -e broken';
  const put = (generation: number, intent: "Run" | "Stop") =>
    client.put(documentOf([claimOrder({ processes: [], intent, monitors: [aMonitor(script)] })], { generation }));
  await put(1, "Run");
  const said = () => client.claims.get(claimUid)?.monitors?.[0];
  await expect.poll(() => said()?.state, eventually).toBe("Passing");
  expect(said()?.message).toBeUndefined();
  const work = agent.path("claims", claimUid, "work");
  writeFileSync(`${work}/broken`, "");
  await expect.poll(() => said()?.state, eventually).toBe("Failing");
  expect(said()?.message).toBe(`exit code 1: member 0 of servers\nin ${work}`);
  rmSync(`${work}/broken`);
  await expect.poll(() => said()?.state, eventually).toBe("Passing");
  await put(2, "Stop");
  await expect.poll(() => client.claims.get(claimUid)?.monitors, eventually).toBeUndefined();
});

test("B-HEA-6: a monitor that hangs is killed with all that it started, and has failed", async () => {
  const { agent, client } = await started();
  const monitor = aMonitor(hangs, { timeoutMs: 600, failureThreshold: 1, periodMs: 60_000 });
  await client.put(documentOf([claimOrder({ processes: [], monitors: [monitor] })]));
  await expect.poll(() => client.claims.get(claimUid)?.monitors?.[0]?.state, eventually).toBe("Failing");
  expect(client.claims.get(claimUid)?.monitors?.[0]?.message).toBe("took longer than 0.6 s");
  expect(existsSync(agent.path("claims", claimUid, "work", "escaped"))).toBe(true);
  await expect.poll(running, eventually).toEqual([]);
});

test("B-HEA-9: a probe that hangs is killed at its timeout with all that it started, and counts as a failure", async () => {
  const { agent, client } = await started();
  const livenessProbe: ProbeOrder = {
    exec: { command: ["sh", "-c", `test -e hang || exit 0; ${hangs}`] },
    periodMs: 50,
    timeoutMs: 600,
    successThreshold: 1,
    failureThreshold: 2,
  };
  await client.put(documentOf([claimOrder({ processes: [processOrder({ livenessProbe })] })]));
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  const pid = client.process()?.pid;
  const hang = agent.path("claims", claimUid, "work", "hang");
  writeFileSync(hang, "");
  await expect.poll(() => client.process()?.restarts, eventually).toBe(1);
  rmSync(hang);
  await expect.poll(() => client.process()?.state, eventually).toBe("Ready");
  expect(client.process()?.pid).not.toBe(pid);
  await expect.poll(running, eventually).toEqual(["sleep 1000"]);
});
