import { existsSync, readFileSync } from "node:fs";
import { access, constants, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { AgentConfig, ClaimOrder, ProcessOrder } from "../protocol/index.ts";
import { readStat } from "./shim/process-table.ts";
import { claimOrder, claimUid, documentOf, processOrder } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };

/** Forks twice and makes a session of its own between: what daemons do. Tells its pid in the file `daemon`. */
const daemon = (last: string) => `setsid sh -c '(${last}) & exit 0' &`;
const stays = "exec sleep 9870";
const tells = 'sh -c "echo \\$PPID > daemon"';

const escapees: readonly [string, string][] = [
  ["a daemon that forked twice in a session of its own", daemon(`${tells}; ${stays}`)],
  ["one that closed its files and went to /", daemon(`${tells}; cd /; exec <&- >&- 2>&-; ${stays}`)],
  ["one that does not listen to SIGTERM", daemon(`trap "" TERM HUP; ${tells}; ${stays}`)],
  ["a child whose parent has died", `(${tells}; ${stays}) & kill -9 $$`],
];

/** Where the boot identity is given, no groups are made: processes are found by their environment alone. */
const ways: readonly [string, Partial<AgentConfig>][] = [
  ["by control group or environment", {}],
  ["by environment", { bootIdentity: "pretended" }],
];
const cases = ways.flatMap(([way, config]) => escapees.map(([name, script]) => [name, way, script, config] as const));

async function started(script: string, change: Partial<ProcessOrder> = {}, config: Partial<AgentConfig> = {}) {
  const agent = new TestAgent(config);
  await agent.start();
  const client = await agent.connect();
  const process = processOrder({ argv: ["sh", "-c", script], restartPolicy: "Never", ...change });
  const put = (intent: ClaimOrder["intent"], generation: number) =>
    client.put(documentOf([claimOrder({ processes: [process], intent })], { generation }));
  await put("Run", 1);
  const file = agent.path("claims", claimUid, "work", "daemon");
  await expect.poll(() => existsSync(file) && readFileSync(file, "utf8"), eventually).toMatch(/^\d+\n$/);
  const pid = Number(readFileSync(file, "utf8"));
  expect(isThere(pid)).toBe(true);
  return { client, pid, put };
}

function isThere(pid: number): boolean {
  return !["Z", undefined].includes(readStat(pid)?.state);
}

test.each(cases)("B-FIN-12: %s ends with its claim, found %s", async (_name, _way, script, config) => {
  const { client, pid, put } = await started(script, {}, config);
  await expect.poll(() => client.process()?.state, eventually).toMatch(/Exited|Failed/);
  // Whoever ends well may leave something running on purpose.
  expect(isThere(pid)).toBe(true);
  await put("Remove", 2);
  await expect.poll(() => client.claims.get(claimUid)?.state, eventually).toBe("Removed");
  expect(isThere(pid)).toBe(false);
});

test.each(cases.filter(([name]) => !name.startsWith("a child")))(
  "B-FIN-12: %s ends when its process is stopped, found %s",
  async (_name, _way, script, config) => {
    const { client, pid, put } = await started(`${script} ${stays}`, {}, config);
    await put("Stop", 2);
    await expect.poll(() => client.process()?.state, eventually).toBe("Exited");
    await expect.poll(() => isThere(pid), eventually).toBe(false);
  },
);

test("what a process left behind is gone before it is started again", async () => {
  const { client, pid } = await started(
    `test -e daemon && ${stays}; ${daemon(`${tells}; ${stays}`)} sleep 0.3; exit 1`,
    {
      restartPolicy: "Always",
    },
  );
  await expect.poll(() => [client.process()?.restarts, client.process()?.state], eventually).toEqual([1, "Ready"]);
  expect(isThere(pid)).toBe(false);
});

/** Where no group can be made nothing tells whose child a process with another environment was. */
const hasGroups = await canMakeGroups();

test.runIf(hasGroups)("B-FIN-12: one with an environment of its own is found by its control group", async () => {
  const { client, pid, put } = await started(daemon(`${tells}; exec env -i sleep 9870`));
  await put("Remove", 2);
  await expect.poll(() => client.claims.get(claimUid)?.state, eventually).toBe("Removed");
  expect(isThere(pid)).toBe(false);
});

async function canMakeGroups(): Promise<boolean> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n").map((line) => line.split(" "));
  for (const [, root = "", type = "", flags = ""] of mounts) {
    const isOne = type === "cgroup2" || (type === "cgroup" && /\b(pids|freezer)\b/.test(flags));
    if (isOne && !flags.split(",").includes("ro") && (await mayWrite(root))) return true;
  }
  return false;
}

function mayWrite(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
