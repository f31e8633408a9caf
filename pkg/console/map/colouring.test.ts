import { describe, expect, it } from "vitest";
import type { Resource } from "../../api/index.ts";
import { type Colouring, countBy, paletteOf, shapeOf } from "./colouring.ts";
import { bytesText, detailOf } from "./detail.ts";
import { everything, matches } from "./filter.ts";
import { HitIndex, neighbour } from "./hit-index.ts";
import { type Machine, machineOf } from "./machine.ts";
import { sorted } from "./machine-columns.tsx";
import { Pulses } from "./pulses.ts";
import { Slots } from "./slots.ts";
import { summaryOf } from "./summary.ts";

function machine(name: string, status: Resource["status"], labels: Readonly<Record<string, string>> = {}): Machine {
  return machineOf({
    ...{ apiVersion: "plush.dev/v1", kind: "Resource", metadata: { name } },
    spec: { address: "10.0.0.1", poolName: "lab", labels },
    status: status ?? {},
  });
}

const working = (...applications: readonly string[]): Resource["status"] => ({
  state: "Claimed",
  allocatable: { cpu: 8, memory: "16Gi" },
  allocations: applications.map((application, index) => ({
    ...{ claimUid: `u${index}`, claimName: `c${index}`, namespace: "default", component: "x", epoch: 1, application },
    requests: { cpu: "1500m", memory: "4Gi" },
  })),
});

function slotsOf(...names: readonly string[]): Slots {
  const slots = new Slots();
  for (const name of names) slots.take(name);
  return slots;
}

function keysOf(colouring: Colouring, machines: readonly Machine[], reference?: Machine): readonly string[] {
  const palette = paletteOf(colouring, { applications: slotsOf("default/a", "default/b"), reference });
  return machines.map((one) => palette.categories[palette.colourOf(one)]?.key ?? "?");
}

describe("colours", () => {
  it("tell a state by a colour and by a shape, each its own of the tone", () => {
    const machines = (["Free", "Bootstrapping", "Degraded", "Unreachable"] as const).map((state) =>
      machine(state, { state }),
    );
    const palette = paletteOf("state", { applications: slotsOf() });
    const looks = machines.map((one) => {
      const category = palette.categories[palette.colourOf(one)];
      return [category?.colour, shapeOf(one, category)];
    });
    expect(looks).toEqual([
      ["--good", "good"],
      ["--busy", "busy"],
      ["--warn", "warn"],
      ["--bad", "bad"],
    ]);
    expect(keysOf("state", [machine("x", undefined)])).toEqual(["Pending"]);
  });

  it("tell loads by the core, memory by its share, and what is not known", () => {
    const cores = { "cpu.cores": 4 };
    const loads = [0.4, 2.4, 40].map((load) => machine("x", { attributes: { ...cores, "load.1m": load } }));
    expect(keysOf("load", [...loads, machine("y", {})])).toEqual(["step-0", "step-2", "step-5", "unknown"]);
    const half = machine("x", { attributes: { "memory.free": 2 ** 30, "memory.total": 2 ** 31 } });
    expect(keysOf("memory", [half])).toEqual(["step-2"]);
    expect(detailOf("memory")(half)).toBe("50% of 2 GiB");
  });

  it("tell round trips to the nearest, or to the machine that is chosen", () => {
    const at = (name: string, x: number) =>
      machine(name, {
        coordinates: { x, y: 0, z: 0, height: 1, error: 0.1 },
        roundTrips: [{ resource: "z", ms: 0.4 }],
      });
    const [here, there] = [at("here", 0), at("there", 100)];
    expect(keysOf("roundTrip", [here, there])).toEqual(["step-0", "step-0"]);
    expect(keysOf("roundTrip", [here, there, machine("x", {})], here)).toEqual(["step-0", "step-4", "unknown"]);
  });

  it("tell applications: one, several, one too many for a colour, none; the legend counts a machine under each of its own", () => {
    const machines = [
      machine("1", working("a")),
      machine("2", working("a", "b")),
      machine("3", working("zzz")),
      machine("4", { state: "Free" }),
    ];
    expect(keysOf("application", machines)).toEqual(["default/a", "several", "others", "none"]);
    const palette = paletteOf("application", { applications: slotsOf("default/a", "default/b") });
    const counts = countBy(palette, machines).map((count, index) => [palette.categories[index]?.key, count]);
    expect(Object.fromEntries(counts)).toEqual({ "default/a": 2, "default/b": 1, others: 1, several: 1, none: 1 });
  });

  it("stay the same for an application when others come", () => {
    const applications = slotsOf("default/m");
    const colour = () =>
      paletteOf("application", { applications }).categories.find(({ key }) => key === "default/m")?.colour;
    const before = colour();
    applications.take("default/a");
    expect([before, colour()]).toEqual(["--series-1", "--series-1"]);
  });
});

it("finds machines by all words of a search, by pool and by what the legend says", () => {
  const machines = [
    machine("web-1", { state: "Free" }, { disk: "ssd" }),
    machine("web-2", { state: "Failed" }, { disk: "ssd" }),
    machine("db-1", { state: "Free" }, {}),
  ];
  const palette = paletteOf("state", { applications: slotsOf() });
  const found = (filter: Partial<typeof everything>) =>
    machines.filter(matches({ ...everything, ...filter }, palette)).map(({ name }) => name);
  expect(found({ text: "SSD web" })).toEqual(["web-1", "web-2"]);
  expect(found({ text: "disk=ssd", categories: new Set(["Failed"]) })).toEqual(["web-2"]);
  expect(found({ pool: "other" })).toEqual([]);
  expect(found({ categories: new Set(["Free", "Failed"]) })).toHaveLength(3);
});

it("sums up what is set aside, and names states from the worst on", () => {
  const summary = summaryOf([
    machine("a", working("a", "b")),
    machine("b", { state: "Free" }),
    machine("c", { state: "Failed" }),
  ]);
  expect(summary).toMatchObject({ machines: 3, members: 2, millis: { taken: 3000, total: 8000 } });
  expect(summary.bytes).toEqual({ taken: 8 * 2 ** 30, total: 16 * 2 ** 30 });
  expect(summary.states.map(([state]) => state)).toEqual(["Failed", "Claimed", "Free"]);
});

it("sorts as people count, what is not known last either way", () => {
  const machines = ["n10", "n2", "n1"].map((name, index) =>
    machine(name, index === 0 ? {} : { attributes: { "load.1m": index } }),
  );
  const names = (column: "name" | "load", isDescending = false) =>
    sorted(machines, { column, isDescending }).map(({ name }) => name);
  expect(names("name")).toEqual(["n1", "n2", "n10"]);
  expect(names("load")).toEqual(["n2", "n1", "n10"]);
  expect(names("load", true)).toEqual(["n1", "n2", "n10"]);
});

it("finds the dot at a place as a search of all dots does", () => {
  const xs = Float32Array.from({ length: 4000 }, (_, index) => (index * 7919) % 1201);
  const ys = Float32Array.from({ length: 4000 }, (_, index) => (index * 104_729) % 701);
  const index = new HitIndex(xs, ys, 16);
  for (let probe = 0; probe < 60; probe++) {
    const at = { x: (probe * 31) % 1200, y: (probe * 57) % 700 };
    const all = Array.from(xs, (x, one) => Math.hypot(x - at.x, (ys[one] ?? 0) - at.y));
    const nearest = Math.min(...all);
    const found = index.nearest(at, 9);
    if (nearest <= 9) expect(all[found ?? -1]).toBe(nearest);
    else expect(found).toBeUndefined();
  }
  expect(index.nearest({ x: xs[5] ?? 0, y: ys[5] ?? 0 }, 0.1, (one) => one !== 5)).not.toBe(5);
});

it("goes to the next dot on the side of an arrow, straight rather than near", () => {
  const [xs, ys] = [
    [0, 10, 30, 0],
    [0, 20, 0, 40],
  ];
  const to = (x: number, y: number) => neighbour(xs, ys, { x: 0, y: 0 }, { x, y }, () => true);
  expect([to(1, 0), to(0, 1), to(-1, 0)]).toEqual([2, 3, undefined]);
});

it("shows what happened for about a second, of no more machines than one can look at", () => {
  const pulses = new Pulses();
  pulses.add(["a"], 0);
  pulses.add(
    Array.from({ length: 1000 }, (_, index) => `n${index}`),
    500,
  );
  expect(pulses.at(550)).toHaveLength(250);
  expect(pulses.at(550)[0]).toEqual({ name: "a", age: 0.5 });
  expect(pulses.at(1200).some(({ name }) => name === "a")).toBe(false);
  expect(pulses.at(2000)).toEqual([]);
});

it("writes bytes with the digits that count", () => {
  expect([0, 512, 1536, 16 * 2 ** 30, 78.1 * 2 ** 40].map(bytesText)).toEqual([
    "0 B",
    "512 B",
    "1.5 KiB",
    "16 GiB",
    "78 TiB",
  ]);
});
