import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readStat } from "./shim/process-table.ts";
import { claimOrder, claimUid, documentOf, otherUid, processOrder, processUid } from "./testing/orders.ts";
import { TestAgent } from "./testing/test-agent.ts";

const eventually = { timeout: 10_000, interval: 20 };

function isGone(pid: number): boolean {
  return ["Z", undefined].includes(readStat(pid)?.state);
}

test("B-PHA-21: after the release what ended processes of the phase left is stopped, and files are removed, once", async () => {
  const agent = new TestAgent();
  await agent.start();
  const client = await agent.connect();
  const outside = agent.path("outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "precious.tmp"), "");
  const script = [
    "mkdir -p build/deep; touch build/a.tmp build/deep/b.tmp build/keep.txt top.tmp",
    `ln -s ${outside} build/out; ln -s ${join(outside, "precious.tmp")} build/link.tmp`,
    "setsid sh -c 'sh -c \"echo \\$PPID >left\"; exec sleep 1000' & while ! test -s left; do sleep 0.01; done",
  ].join("; ");
  const leaving = processOrder({ name: "leaving", restartPolicy: "Never", argv: ["sh", "-c", script] });
  const serving = processOrder({ uid: otherUid, name: "serving" });
  await client.put(documentOf([claimOrder({ processes: [leaving, serving] })]));
  const reportOf = (uid: string) => client.process(claimUid, uid);
  await expect.poll(() => reportOf(processUid)?.state, eventually).toBe("Exited");
  await expect.poll(() => reportOf(otherUid)?.state, eventually).toBe("Ready");
  const work = agent.path("claims", claimUid, "work");
  const left = Number(readFileSync(join(work, "left"), "utf8"));
  expect(isGone(left)).toBe(false);
  const served = reportOf(otherUid)?.pid;

  const tidy = { key: "1/1/r1", remove: ["**/*.tmp", "build/out/*"] };
  const released = [
    { ...leaving, tidy },
    { ...serving, tidy: { key: "1/1/r1", remove: [] } },
  ];
  await client.put(documentOf([claimOrder({ processes: released })], { generation: 2 }));
  await expect.poll(() => reportOf(processUid)?.tidied, eventually).toMatchObject({ stopped: 1, removed: 4 });
  await expect.poll(() => reportOf(otherUid)?.tidied, eventually).toMatchObject({ stopped: 0, removed: 0 });
  expect(isGone(left)).toBe(true);
  expect(reportOf(otherUid)).toMatchObject({ state: "Ready", pid: served });
  expect(readdirSync(join(work, "build")).sort()).toEqual(["deep", "keep.txt", "out"]);
  expect(readdirSync(outside)).toEqual(["precious.tmp"]);
  expect(existsSync(join(work, "top.tmp"))).toBe(false);

  // What is there afterwards is somebody else's; a restart of the agent changes nothing about that.
  writeFileSync(join(work, "later.tmp"), "");
  await agent.stop();
  await agent.start();
  const again = await agent.connect();
  await again.put(documentOf([claimOrder({ processes: released })], { generation: 3 }));
  await expect.poll(() => again.process(claimUid, otherUid)?.state, eventually).toBe("Ready");
  expect(existsSync(join(work, "later.tmp"))).toBe(true);
  symlinkSync(outside, join(work, "dir"));
  const next = [{ ...leaving, tidy: { key: "2/1/r1", remove: ["later.tmp", "dir/*"] } }, serving];
  await again.put(documentOf([claimOrder({ processes: next })], { generation: 4 }));
  await expect.poll(() => again.process(claimUid, processUid)?.tidied, eventually).toMatchObject({ removed: 1 });
  expect(readdirSync(outside)).toEqual(["precious.tmp"]);
});
