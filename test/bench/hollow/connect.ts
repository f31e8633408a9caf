import type { Figure } from "../measure.ts";
import { agents, fanOut, pingedAgents } from "./settings.ts";
import type { HollowWorld, Rest, Step } from "./world.ts";

/** One machine that plays so many is late with everything: what is measured is not how soon one is missed. */
const calmDetection = { beat: "3s", missed: 10, probe: "5s" };
/** Of an entry of the pool: as many as a part of an address counts. */
const entryHosts = 250;

export async function connectStep(world: HollowWorld): Promise<readonly Figure[]> {
  const start = await world.mark();
  await world.client.resourcePools.create({
    metadata: { name: "hollow" },
    spec: {
      provider: { static: { hosts: entries() } },
      ...(fanOut > 0 && { tree: { fanOut } }),
      ...(agents > pingedAgents && { detection: calmDetection }),
    },
  });
  const free = (): number => world.resources.list().filter(({ status }) => status?.state === "Free").length;
  await world.until(() => free() === agents, `${agents} agents connected`);
  const step = { series: "connect", bar: "≤ 10 s for 1,000", seconds: 10, each: agents };
  return [await world.timed(`${agents} agents: pool applied → all are Free`, start, step)];
}

/** Each has an address of this machine for what agents give each other. */
function entries() {
  return Array.from({ length: Math.ceil(agents / entryHosts) }, (_, at) => {
    const first = at * entryHosts + 1;
    const count = Math.min(entryHosts, agents - at * entryHosts);
    return { address: `hollow-[${first}-${first + count - 1}]`, dataAddress: `127.71.${at}.[1-${count}]` };
  });
}

/** Until all but the roots are reached through a parent: each was reached by the server itself at first. */
export async function growStep(world: HollowWorld): Promise<readonly Figure[]> {
  const start = await world.mark();
  const below = (): number => world.resources.list().filter(({ status }) => status?.tree?.parent !== undefined).length;
  await world.until(() => below() >= agents - fanOut, `${agents - fanOut} agents reached through parents`);
  const step = { series: "tree", bar: "≤ 30 s", seconds: 30, each: agents };
  return [await world.timed(`tree of fan-out ${fanOut} stands, after the last was Free`, start, step)];
}

/** What agents cost a server in rest, beside the same one before there were any. */
export function restSteps(): { readonly idle: Step; readonly rest: Step } {
  let before: Rest = { cpuPercent: 0, residentBytes: 0, heapBytes: 0 };
  return {
    idle: async (world) => {
      before = await world.rest();
      return [];
    },
    rest: async (world) => restFigures(await world.rest(), before),
  };
}

function restFigures(rest: Rest, before: Rest): readonly Figure[] {
  const each = ((rest.cpuPercent - before.cpuPercent) * 10) / agents;
  const kilobytes = (key: "residentBytes" | "heapBytes"): number => (rest[key] - before[key]) / 1024 / agents;
  const isTree = fanOut > 0;
  const work = `${agents} agents at rest${isTree ? `, tree of fan-out ${fanOut}` : ""}, server's`;
  return [
    {
      work: `${work} CPU`,
      reference: `without agents ${before.cpuPercent.toFixed(1)}% of a core`,
      measured: `${rest.cpuPercent.toFixed(1)}% of a core: ${each.toFixed(3)} ms/s for each more`,
      bar: isTree ? "≤ 0.05 ms/s for each" : "",
      met: !isTree || each <= 0.05,
      points: [{ series: "CPU at rest", unit: "%", value: rest.cpuPercent }],
    },
    {
      work: `${work} memory, after a forced collection`,
      reference: `without agents ${megabytes(before.residentBytes)}, ${megabytes(before.heapBytes)} of it in use`,
      measured:
        `${megabytes(rest.residentBytes)}, ${megabytes(rest.heapBytes)} of it in use: ` +
        `${kilobytes("residentBytes").toFixed(0)} and ${kilobytes("heapBytes").toFixed(0)} KB for each more`,
      bar: isTree ? "≤ 50 KB for each" : "",
      met: !isTree || kilobytes("residentBytes") <= 50,
      points: [{ series: "memory at rest", unit: "MB", value: rest.residentBytes / 1e6 }],
    },
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
