import { setTimeout as sleep } from "node:timers/promises";
import type { Figure } from "../measure.ts";
import { residentBytes } from "../process-usage.ts";
import { agents, fanOut, pingedAgents } from "./settings.ts";
import type { HollowWorld } from "./world.ts";

const restSeconds = 20;
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

export async function restStep(world: HollowWorld): Promise<readonly Figure[]> {
  await sleep(5000);
  const before = world.cpu();
  await sleep(restSeconds * 1000);
  const milliseconds = world.cpu() - before;
  const percent = milliseconds / restSeconds / 10;
  const each = milliseconds / restSeconds / agents;
  const megabytes = residentBytes(world.pid) / 1e6;
  const kilobytes = (residentBytes(world.pid) - world.bytesBefore) / 1024 / agents;
  const work = `${agents} agents at rest, server's`;
  const isTree = fanOut > 0;
  return [
    {
      work: `${work} CPU`,
      reference: "",
      measured: `${percent.toFixed(1)}% of a core: ${each.toFixed(3)} ms/s for each`,
      bar: isTree ? "≤ 0.05 ms/s for each" : "",
      met: !isTree || each <= 0.05,
      points: [{ series: "CPU at rest", unit: "%", value: percent }],
    },
    {
      work: `${work} memory`,
      reference: "",
      measured: `${megabytes.toFixed(0)} MB: ${kilobytes.toFixed(0)} KB for each`,
      bar: isTree ? "≤ 50 KB for each" : "",
      met: !isTree || kilobytes <= 50,
      points: [{ series: "memory at rest", unit: "MB", value: megabytes }],
    },
  ];
}
