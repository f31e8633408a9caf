import type { GroupRequest, GroupTerm, MachineView } from "../../pkg/match/index.ts";
import { aMachine, aRequest } from "../../pkg/match/testing/views.ts";
import { seeded } from "../support/seeded.ts";

/** A question about machines, as it is kept. */
export interface Instance {
  readonly name: string;
  readonly machines: readonly InstanceMachine[];
  readonly groups: readonly InstanceGroup[];
}

interface InstanceMachine {
  readonly site: string;
  readonly load: number;
  readonly cores: number;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

interface InstanceGroup {
  readonly name: string;
  readonly count: number;
  readonly minCores: number;
  readonly loadPenalty: number;
  /** Members that a site may have. */
  readonly perSite?: number;
  readonly maxSkew?: number;
  readonly terms: readonly GroupTerm[];
}

/** The question as the matcher reads it. */
export function readInstance({ machines, groups }: Instance): {
  readonly machines: readonly MachineView[];
  readonly groups: readonly GroupRequest[];
} {
  return {
    machines: machines.map(({ site, load, cores, x, y, height }, at) =>
      aMachine(`m${String(at).padStart(3, "0")}`, {
        labels: { site },
        attributes: { "load.1m": load, "cpu.cores": cores },
        coordinates: { x, y, z: 0, height },
      }),
    ),
    groups: groups.map(({ name, count, minCores, loadPenalty, perSite, maxSkew, terms }) => ({
      name,
      count,
      terms,
      request: aRequest({
        component: name,
        attributes: [
          { name: "cpu.cores", min: minCores },
          { name: "load.1m", max: 12, ideal: { max: 1 }, penalty: loadPenalty },
        ],
        spread:
          perSite === undefined && maxSkew === undefined
            ? []
            : [{ by: "site", maxSkew: maxSkew ?? count, ...(perSite !== undefined && { max: perSite }) }],
      }),
    })),
  };
}

/** Of each of these there are as many as there are shapes of questions: from 16 machines to 90. */
const sizes = [16, 24, 40, 60, 90];

/** Twenty questions of four shapes, always the same ones. */
export function makeInstances(): readonly Instance[] {
  return sizes.flatMap((size, round) =>
    shapes.map((shape, at) => {
      const random = seeded(1000 * round + at);
      const name = `${String(size).padStart(2, "0")}-${shape.name}`;
      return { name, machines: makeMachines(size, random), groups: shape.groups(size) };
    }),
  );
}

function makeMachines(size: number, random: () => number): readonly InstanceMachine[] {
  const sites = Array.from({ length: Math.ceil(size / 6) }, () => ({ x: 120 * random(), y: 80 * random() }));
  const rounded = (value: number): number => Math.round(value * 10) / 10;
  return Array.from({ length: size }, () => {
    const site = Math.floor(random() * sites.length);
    const { x = 0, y = 0 } = sites[site] ?? {};
    return {
      site: `site-${site}`,
      load: rounded(10 * random() ** 2),
      cores: 2 ** (1 + Math.floor(random() * 4)),
      x: rounded(x + 6 * random()),
      y: rounded(y + 6 * random()),
      height: rounded(4 * random()),
    };
  });
}

const shapes: readonly { readonly name: string; groups(size: number): readonly InstanceGroup[] }[] = [
  {
    // One group that is to be close together.
    name: "within",
    groups: (size) => {
      const count = Math.round(size / 6) + 2;
      return [group("g", count, [latency("g", count - 1, { ideal: { max: 15 } })])];
    },
  },
  {
    // SWORD's sample: two groups, each together, at most two members in a site.
    name: "two-groups",
    groups: (size) => {
      const count = Math.round(size / 12) + 2;
      const together = (name: string): GroupTerm => latency(name, count - 1, { ideal: { max: 20 } });
      const near = latency("two", count, { max: 140, ideal: { max: 40 } });
      return [
        { ...group("one", count, [together("one"), near]), perSite: 2 },
        { ...group("two", count, [together("two")]), perSite: 2 },
      ];
    },
  },
  {
    // Spread over sites, and yet near to others.
    name: "spread",
    groups: (size) => [
      { ...group("servers", 4, []), maxSkew: 1 },
      group("clients", Math.round(size / 10) + 1, [latency("servers", 4, { ideal: { max: 30 } })]),
    ],
  },
  {
    // Clients where there is a server, and one link between two groups.
    name: "beside",
    groups: (size) => [
      { ...group("servers", 3, [latency("servers", 2, { min: 20 })]), perSite: 1 },
      group("clients", Math.round(size / 8) + 1, [
        { kind: "affinity", label: "affinity to servers", to: "servers", by: "site", of: 3 },
      ]),
      group("watcher", 1, [{ ...latency("clients", 1, { ideal: { max: 5 } }), pairs: "Closest" }]),
    ],
  },
];

function group(name: string, count: number, terms: readonly GroupTerm[]): InstanceGroup {
  return { name, count, minCores: 4, loadPenalty: 3, terms };
}

type Latency = Extract<GroupTerm, { kind: "latency" }>;

function latency(to: string, of: number, bounds: Omit<Latency["bounds"], "penalty">): Latency {
  return { kind: "latency", label: `latency to ${to}`, to, bounds: { ...bounds, penalty: 1 }, pairs: "All", of };
}
