import { expect, test } from "vitest";
import { type ProcessRow, type RunMeter, type Sample, sumByRoot, usageBetween } from "./usage-plan.ts";

const mebi = 2 ** 20;

function sample(at: number, cpuMs: number, runs: Readonly<Record<string, number>> = {}): Sample {
  const meters = Object.entries(runs).map(([run, used]): [string, RunMeter] => {
    return [run, { uid: run.split("/")[0] ?? "", cpuMs: used, memoryBytes: mebi }];
  });
  return { at, machine: { cpuMs, memoryBytes: 2 * mebi }, runs: new Map(meters) };
}

test("processor time is told per second of the window", () => {
  const { machine, processes } = usageBetween(sample(1000, 500, { "a/1": 100 }), sample(3000, 1500, { "a/1": 600 }));
  expect(machine).toEqual({ cpuMillis: 500, memoryBytes: 2 * mebi });
  expect(processes).toEqual([{ uid: "a", cpuMillis: 250, memoryBytes: mebi }]);
});

test("a run that began within the window has used all that it has; one that ended is no more", () => {
  const { processes } = usageBetween(sample(0, 0, { "a/1": 900, "b/2": 5 }), sample(1000, 0, { "a/3": 40 }));
  expect(processes).toEqual([{ uid: "a", cpuMillis: 40, memoryBytes: mebi }]);
});

test("time that vanishes with a child that nobody waited for is not negative", () => {
  const { processes } = usageBetween(sample(0, 0, { "a/1": 900 }), sample(1000, 0, { "a/1": 100 }));
  expect(processes[0]?.cpuMillis).toBe(0);
});

test("a process counts with its session and its descendants", () => {
  const row = (pid: number, parent: number, session: number): ProcessRow => {
    return { pid, parent, session, cpuMs: 1, memoryBytes: 10 ** pid };
  };
  const rows = [row(1, 0, 1), row(2, 1, 2), row(3, 2, 2), row(4, 3, 4), row(5, 1, 2), row(6, 1, 6)];
  expect(sumByRoot(rows, new Set([2]))).toEqual(new Map([[2, { cpuMs: 4, memoryBytes: 111_100 }]]));
  // Where a root is below another one, it counts for itself.
  expect(sumByRoot(rows, new Set([2, 4])).get(4)).toEqual({ cpuMs: 1, memoryBytes: 10_000 });
});
