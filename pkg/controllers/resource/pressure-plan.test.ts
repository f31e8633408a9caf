import { expect, test } from "vitest";
import { aPool, aResource } from "../../../test/support/builders.ts";
import { findCondition, type PoolMonitors } from "../../api/index.ts";
import { conditionsWith } from "../../controller/index.ts";
import { defaultMonitors } from "./observe.ts";
import { pressureRows } from "./pressure-plan.ts";

const gi = 2 ** 30;
const mi = 2 ** 20;

/** What is told of a machine sample by sample: "STATUS REASON: MESSAGE". */
function told(type: string, samples: readonly Record<string, number>[], monitors: PoolMonitors = defaultMonitors) {
  let resource = aResource("n1");
  return samples.map((attributes) => {
    const rows = pressureRows({ resource, attributes, monitors });
    resource = { ...resource, status: { conditions: conditionsWith(resource, rows, "2026-01-01T00:00:00Z") } };
    const found = findCondition(resource.status?.conditions, type);
    return found === undefined ? "nothing" : `${found.status} ${found.reason}: ${found.message}`;
  });
}

test("B-HEA-4: a machine is short of disk, memory or processors by its pool's limits, and does not flap", () => {
  const free = (...figures: readonly number[]) => figures.map((figure) => ({ "disk.free": figure * mi }));
  expect(told("DiskPressure", free(300, 200, 260, 270, 290, 270))).toEqual([
    "False EnoughDisk: at least 256Mi",
    "True DiskLow: 200Mi are free where the agent's directory is: at least 256Mi",
    // Above the limit, but not by a tenth: nothing is written.
    "True DiskLow: 200Mi are free where the agent's directory is: at least 256Mi",
    "True DiskLow: 200Mi are free where the agent's directory is: at least 256Mi",
    "False EnoughDisk: at least 256Mi",
    "False EnoughDisk: at least 256Mi",
  ]);
  const load = (...figures: readonly number[]) => figures.map((figure) => ({ "load.1m": figure, "cpu.cores": 2 }));
  expect(told("LoadPressure", load(16, 16.5, 15, 14))).toEqual([
    "False LoadNormal: at most load 16",
    "True LoadHigh: load 16.5 on 2 cores: at most load 16",
    "True LoadHigh: load 16.5 on 2 cores: at most load 16",
    "False LoadNormal: at most load 16",
  ]);
});

test("limits may be shares, of the disk and of its inodes too; what is not measured is not judged", () => {
  const { monitors } = aPool("lab", {
    spec: { monitors: { disk: { minFree: "5%" }, memory: { minFree: "10%" } } },
  }).spec;
  const total = { "disk.total": 100 * gi, "inodes.total": 1000, "memory.total": 8 * gi };
  expect(told("DiskPressure", [{ ...total, "disk.free": 6 * gi, "inodes.free": 10 }], monitors)).toEqual([
    "True InodesLow: 10 inodes are free where the agent's directory is: at least 20 inodes",
  ]);
  expect(told("DiskPressure", [{ ...total, "disk.free": 4 * gi, "inodes.free": 10 }], monitors)).toEqual([
    "True DiskLow: 4Gi are free where the agent's directory is: at least 5Gi",
  ]);
  expect(told("MemoryPressure", [{ ...total, "memory.free": gi / 2 }], monitors)).toEqual([
    "True MemoryLow: 512Mi of memory are free: at least 819Mi",
  ]);
  expect(told("MemoryPressure", [total, { "memory.free": gi }], monitors)).toEqual(["nothing", "nothing"]);
});

test("another limit is judged at once, and machines without a pool have the defaults", () => {
  const sample = { "disk.free": 200 * mi };
  const before = pressureRows({ resource: aResource("n1"), attributes: sample, monitors: defaultMonitors });
  const resource = aResource("n1", { status: { conditions: conditionsWith(aResource("n1"), before, "") } });
  const monitors = { ...defaultMonitors, disk: { minFree: "1Gi", minFreeInodes: 0 } };
  expect(pressureRows({ resource, attributes: sample, monitors })).toEqual([
    ["DiskPressure", "True", "DiskLow", "200Mi are free where the agent's directory is: at least 1Gi"],
  ]);
  expect(aPool("lab").spec.monitors).toEqual(defaultMonitors);
});
