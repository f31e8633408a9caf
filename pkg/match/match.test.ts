import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AllocationView,
  type MachineView,
  type MatchRequest,
  match,
  type PeerTerm,
  penaltyOf,
  refusalOf,
  summarizeRefusals,
} from "./index.ts";
import { aClaim, aMachine, aRequest } from "./testing/views.ts";

const at = (x: number) => ({ x, y: 0, z: 0, height: 0 });
const latencyTo = (bounds: object, ...peers: readonly number[]): Extract<PeerTerm, { kind: "latency" }> => ({
  ...({ kind: "latency", label: "latency to db", pairs: "All" } as const),
  of: Math.max(1, peers.length),
  bounds: { ...bounds, penalty: 1 },
  peers: (peers.length === 0 ? [0] : peers).map((x) => aMachine(`db-${x}`, { coordinates: at(x) })),
});
const placeTo = (kind: "affinity" | "antiAffinity", penalty?: number): PeerTerm => ({
  ...{ kind, label: `${kind} to db`, by: "site", of: 1, ...(penalty !== undefined && { penalty }) },
  peers: [aMachine("db", { labels: { site: "a" } })],
});

describe("what a machine pays", () => {
  test.each<[string, Partial<MatchRequest>, Partial<MachineView>, number]>([
    ["nothing", { attributes: [{ name: "load.1m", ideal: { max: 2 } }] }, { attributes: { "load.1m": 2 } }, 0],
    [
      "units",
      { attributes: [{ name: "load.1m", ideal: { max: 2 }, penalty: 3 }] },
      { attributes: { "load.1m": 4 } },
      6,
    ],
    ["a name", { attributes: [{ name: "disk", ideal: { in: ["ssd"] }, penalty: 3 }] }, { labels: { disk: "hdd" } }, 3],
    ["a value's own", { attributes: [{ name: "os", penalties: { freebsd: 7 } }] }, { labels: { os: "freebsd" } }, 7],
    [
      "a value without its own",
      { attributes: [{ name: "os", penalties: { freebsd: 7 } }] },
      { labels: { os: "linux" } },
      0,
    ],
    [
      "a version",
      { attributes: [{ name: "kernel", ideal: { version: { min: "6" } } }] },
      { labels: { kernel: "5.4" } },
      1,
    ],
    ["the mean over its peers", { peers: [latencyTo({ ideal: { max: 10 } }, 0, 40)] }, { coordinates: at(20) }, 10],
    [
      "the closest peer",
      { peers: [{ ...latencyTo({ ideal: { max: 10 } }, 0, 50), pairs: "Closest" }] },
      { coordinates: at(15) },
      5,
    ],
    ["a place", { peers: [placeTo("affinity", 2)] }, { labels: { site: "b" } }, 2],
  ])("%s", (_, request, machine, penalty) => {
    expect(penaltyOf(aRequest(request), aMachine("one", machine))).toBe(penalty);
  });
});

describe("what rules a machine out", () => {
  test.each<[string, Partial<MatchRequest>, Partial<MachineView>, string | undefined]>([
    ["nothing", {}, {}, undefined],
    ["another pool", { pools: ["big", "huge"] }, {}, "not in pool big or huge"],
    [
      "no access",
      {},
      { accessNamespaces: ["lab"] },
      "closed to namespace default (spec.access.namespaces of pool lab)",
    ],
    ["access by name", {}, { accessNamespaces: ["default"] }, undefined],
    [
      "labels",
      { selector: { matchLabels: { disk: "ssd" } } },
      { labels: { disk: "hdd" } },
      "labels do not match the selector",
    ],
    [
      "a label that must not be",
      { selector: { matchExpressions: [{ key: "old", operator: "DoesNotExist" }] } },
      {},
      undefined,
    ],
    ["deletion", {}, { deleting: true }, "being deleted"],
    ["cordon", {}, { unschedulable: true }, "cordoned"],
    ["quarantine", {}, { quarantined: true }, "quarantined"],
    ["not ready", {}, { ready: false, notReadyReason: "Unreachable" }, "not ready (Unreachable)"],
    ["residue", {}, { residue: ["default/web-1"] }, "still holding residue"],
    ["pressure", {}, { pressure: ["DiskPressure", "MemoryPressure"] }, "under DiskPressure and MemoryPressure"],
    [
      "a low attribute",
      { attributes: [{ name: "cpu.cores", min: 8 }] },
      { attributes: { "cpu.cores": 4 } },
      "cpu.cores below min 8",
    ],
    [
      "a high attribute",
      { attributes: [{ name: "load.1m", max: 8 }] },
      { attributes: { "load.1m": 9 } },
      "load.1m above max 8",
    ],
    [
      "an old version",
      { attributes: [{ name: "kernel", version: { min: "5.10" } }] },
      { attributes: { kernel: "5.9.16" } },
      "kernel older than 5.10",
    ],
    [
      "a version that will do",
      { attributes: [{ name: "kernel", version: { max: "6.8" } }] },
      { labels: { kernel: "6.8" } },
      undefined,
    ],
    ["a far peer", { peers: [latencyTo({ max: 10 })] }, { coordinates: at(11) }, "latency to db above max 10ms"],
    ["a near peer", { peers: [latencyTo({ min: 10 })] }, { coordinates: at(5) }, "latency to db below min 10ms"],
    ["a peer in bounds", { peers: [latencyTo({ min: 5, max: 10 })] }, { coordinates: at(6) }, undefined],
    [
      "coordinates of long ago",
      { peers: [latencyTo({ max: 10 })] },
      { coordinates: at(5), hasStaleCoordinates: true },
      "latency to db unknown: coordinates are stale, no peer answers",
    ],
    [
      "a peer that has none",
      { peers: [{ ...latencyTo({ max: 10 }), peers: [aMachine("db-0")] }] },
      { coordinates: at(5) },
      "latency to db unknown: db-0: no coordinates yet",
    ],
    [
      "a peer that has none, and no bound",
      { peers: [{ ...latencyTo({ ideal: { max: 10 } }), peers: [aMachine("db-0")] }] },
      { coordinates: at(5) },
      undefined,
    ],
    ["no coordinates", { peers: [latencyTo({ max: 10 })] }, {}, "latency to db unknown: no coordinates yet"],
    [
      "one of two peers that is close",
      { peers: [{ ...latencyTo({ max: 10 }, 0, 50), pairs: "Closest" }] },
      { coordinates: at(45) },
      undefined,
    ],
    ["another place", { peers: [placeTo("affinity")] }, { labels: { site: "b" } }, "affinity to db not met"],
    ["a wish for another place", { peers: [placeTo("affinity", 2)] }, { labels: { site: "b" } }, undefined],
    ["the same place", { peers: [placeTo("antiAffinity")] }, { labels: { site: "a" } }, "antiAffinity to db not kept"],
    ["an unknown place", { peers: [placeTo("affinity")] }, {}, "site unknown"],
    ["an unknown attribute", { attributes: [{ name: "gpu", min: 1 }] }, {}, "gpu unknown"],
    [
      "a label as attribute",
      { attributes: [{ name: "arch", in: ["x64"] }] },
      { labels: { arch: "arm64" } },
      "arch not in x64",
    ],
    ["a taint", {}, { taints: [{ key: "gpu", effect: "NoSchedule" }] }, "tainted gpu:NoSchedule"],
    [
      "a tolerated taint",
      { tolerations: [{ key: "gpu", operator: "Exists" }] },
      { taints: [{ key: "gpu", effect: "NoSchedule" }] },
      undefined,
    ],
    ["dedicated to another", {}, { allocations: [aClaim("db-0", { dedicated: true })] }, "dedicated to another claim"],
    ["not alone", { dedicated: true }, { allocations: [aClaim("db-0")] }, "not empty"],
    [
      "a member here",
      {},
      { allocations: [aClaim("web-0", { component: "web" })] },
      "already holding a member of this component",
    ],
    ["more a machine", { perMachine: 2 }, { allocations: [aClaim("web-0", { component: "web" })] }, undefined],
    ["another namespace", {}, { allocations: [aClaim("web-0", { namespace: "b" })] }, "in use by another namespace"],
    [
      "users kept apart",
      {},
      { allocations: [aClaim("web-0", { namespace: "b", component: "web" })], separatesUsers: true },
      undefined,
    ],
    ["a port", { ports: [0, 5000] }, { allocations: [aClaim("db-0", { ports: [0, 5000] })] }, "port 5000 taken"],
    ["ports the agent chooses", { ports: [0] }, { allocations: [aClaim("db-0", { ports: [0] })] }, undefined],
    [
      "cpu",
      { requests: { cpuMillis: 3001 } },
      { allocations: [aClaim("db-0", { requests: { cpuMillis: 1000 } })] },
      "not enough cpu",
    ],
    ["unknown memory", { requests: { memoryBytes: 1 } }, { allocatable: {} }, "not enough memory"],
    ["no requests", {}, { allocatable: {} }, undefined],
    ["a machine that failed", { avoid: { m1: "it died" } }, {}, "just failed this claim"],
  ])("%s", (_name, request, machine, expected) => {
    expect(refusalOf(aRequest(request), aMachine("m1", machine))?.message).toBe(expected);
  });
});

describe("which machine wins", () => {
  test("the smallest penalty, then the fewest claims, then the name", () => {
    const attributes = [{ name: "load.1m", ideal: { max: 1 }, penalty: 5 }];
    const machines = [
      aMachine("a", { attributes: { "load.1m": 2 } }),
      aMachine("b", { attributes: { "load.1m": 1 }, allocations: [aClaim("x-0")] }),
      aMachine("d", { attributes: { "load.1m": 0 } }),
      aMachine("c", { attributes: { "load.1m": 1 } }),
    ];
    expect(match(aRequest({ attributes }), machines).chosen?.name).toBe("c");
  });

  test("spread keeps sites level, and does not wait for a site that is away", () => {
    const web = (name: string): AllocationView => aClaim(name, { component: "web" });
    const request = aRequest({ spread: [{ by: "site", maxSkew: 1 }] });
    const machines = [
      aMachine("a1", { labels: { site: "a" }, allocations: [web("web-0")] }),
      aMachine("a2", { labels: { site: "a" } }),
      aMachine("b1", { labels: { site: "b" } }),
      aMachine("c1"),
    ];
    const result = match(request, machines);
    expect(result.chosen?.name).toBe("b1");
    expect(result.refusals.map(({ resource, message }) => `${resource}: ${message}`)).toEqual([
      "a1: already holding a member of this component",
      "a2: spread by site above maxSkew 1",
      "c1: site unknown",
    ]);
    const away = machines.map((machine) => (machine.name === "b1" ? { ...machine, ready: false } : machine));
    expect(match(request, away).chosen?.name).toBe("a2");
  });

  test("the summary counts machines by reason", () => {
    const machines = [
      aMachine("a", { ready: false, notReadyReason: "Unreachable" }),
      aMachine("b", { allocations: [aClaim("x-0", { ports: [80] })] }),
      aMachine("c", { allocations: [aClaim("y-0", { ports: [80] })] }),
    ];
    const { refusals } = match(aRequest({ ports: [80] }), machines);
    expect(summarizeRefusals(refusals, machines.length)).toBe(
      "0/3 machines: 2 port 80 taken, 1 not ready (Unreachable)",
    );
    expect(summarizeRefusals([], 0)).toBe("there is no machine");
  });
});

const anyAllocation = fc.record({
  claimUid: fc.constantFrom("1", "2", "3"),
  claimName: fc.constantFrom("x-0", "y-0"),
  namespace: fc.constantFrom("default", "lab"),
  component: fc.constantFrom("web", "db"),
  requests: fc.record({ cpuMillis: fc.nat(2500) }),
  ports: fc.subarray([80, 81, 82]),
  dedicated: fc.boolean(),
});

const anyMachines = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom("m1", "m2", "m3", "m4", "m5", "m6"),
    site: fc.constantFrom("a", "b"),
    cores: fc.option(fc.nat(16), { nil: undefined }),
    ready: fc.boolean(),
    separatesUsers: fc.boolean(),
    allocations: fc.array(anyAllocation, { maxLength: 3 }),
  }),
  { selector: ({ name }) => name },
);

const anyRequest = fc.record({
  ports: fc.subarray([80, 81, 82]),
  cpuMillis: fc.nat(4500),
  dedicated: fc.boolean(),
  perMachine: fc.integer({ min: 1, max: 2 }),
  min: fc.nat(8),
});

test("a chosen machine has the room, the ports and the peace that were asked for, in whatever order machines come", () => {
  fc.assert(
    fc.property(anyMachines, anyRequest, fc.nat(), (plain, wanted, turn) => {
      const machines = plain.map(({ name, site, cores, ...rest }) =>
        aMachine(name, { ...rest, labels: { site }, attributes: cores === undefined ? {} : { "cpu.cores": cores } }),
      );
      const request = aRequest({
        ports: wanted.ports,
        requests: { cpuMillis: wanted.cpuMillis },
        dedicated: wanted.dedicated,
        perMachine: wanted.perMachine,
        attributes: [{ name: "cpu.cores", min: wanted.min, ideal: { max: 4 } }],
        spread: [{ by: "site", maxSkew: 1 }],
      });
      const result = match(request, machines);
      const turned = [
        ...machines.slice(turn % (machines.length + 1)),
        ...machines.slice(0, turn % (machines.length + 1)),
      ];
      expect(match(request, turned.reverse())).toEqual(result);
      expect(result.refusals.length).toBeLessThanOrEqual(machines.length);
      if (result.chosen === undefined) {
        expect(result.refusals.length).toBe(machines.length);
        return;
      }
      const { allocations, ready, separatesUsers, attributes } = result.chosen;
      expect(ready).toBe(true);
      expect(Number(attributes["cpu.cores"])).toBeGreaterThanOrEqual(wanted.min);
      expect(allocations.some(({ ports }) => ports.some((port) => wanted.ports.includes(port)))).toBe(false);
      expect(allocations.some(({ dedicated }) => dedicated)).toBe(false);
      expect(wanted.dedicated && allocations.length > 0).toBe(false);
      expect(!separatesUsers && allocations.some(({ namespace }) => namespace !== "default")).toBe(false);
      const members = allocations.filter(({ namespace, component }) => namespace === "default" && component === "web");
      expect(members.length).toBeLessThan(wanted.perMachine);
      const taken = allocations.reduce((sum, { requests }) => sum + (requests.cpuMillis ?? 0), 0);
      if (wanted.cpuMillis > 0) expect(taken + wanted.cpuMillis).toBeLessThanOrEqual(4000);
    }),
    { numRuns: 500 },
  );
});

test("B-SOF-16: a machine that no variant of a package fits is refused, with the package's name and what it is", () => {
  const packages = [{ name: "sword", variants: [{ arch: "arm64" }, { arch: "amd64", zone: "a" }] }];
  const machines = [
    aMachine("arm", { attributes: { arch: "arm64" } }),
    aMachine("amd", { attributes: { arch: "amd64" }, labels: { zone: "a" } }),
    aMachine("risc", { attributes: { arch: "riscv64" } }),
  ];
  const { ranking, refusals } = match(aRequest({ packages }), machines);
  expect(ranking.map(({ name }) => name)).toEqual(["amd", "arm"]);
  expect(refusals).toEqual([
    {
      resource: "risc",
      reason: "NoVariant",
      message: "no variant of Software sword for arch riscv64, zone unknown",
    },
  ]);
});
