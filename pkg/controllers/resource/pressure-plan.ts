import {
  type Condition,
  findCondition,
  formatBytes,
  type PoolMonitors,
  parseQuantity,
  type Resource,
} from "../../api/index.ts";
import type { ConditionRow } from "../../controller/index.ts";

type Attributes = Readonly<Record<string, number | string>>;

export interface PressureInput {
  readonly resource: Resource;
  /** As its sensors tell them now, not as the status has them: that is coarser than a limit. */
  readonly attributes: Attributes;
  /** Of the machine's pool. */
  readonly monitors: PoolMonitors;
}

/** One thing a machine can be short of. */
interface Limit {
  readonly reason: string;
  /** What is measured, and what it is held against; in the same unit. */
  readonly value: number;
  readonly limit: number;
  /** Whether more than the limit is bad, or less. */
  readonly bad: "above" | "below";
  readonly figure: (value: number) => string;
  readonly what: string;
}

/** A condition that holds is over when the value is better than the limit by so much: else it would flap. */
const margin = 0.1;

/**
 * What a machine is short of, by its pool's limits. Nothing is said of what its sensors do not tell. The figures in a
 * message are those at which the condition began: newer ones are in the attributes.
 */
export function pressureRows({ resource, attributes, monitors }: PressureInput): readonly ConditionRow[] {
  const judge = (type: string, fine: string, limits: readonly (Limit | undefined)[]): readonly ConditionRow[] => {
    const known = limits.flatMap((limit) => limit ?? []);
    return known.length === 0 ? [] : [judged(type, fine, known, findCondition(resource.status?.conditions, type))];
  };
  return [
    ...judge("DiskPressure", "EnoughDisk", [diskLimit(attributes, monitors), inodeLimit(attributes, monitors)]),
    ...judge("MemoryPressure", "EnoughMemory", [memoryLimit(attributes, monitors)]),
    ...judge("LoadPressure", "LoadNormal", [loadLimit(attributes, monitors)]),
  ];
}

function judged(type: string, fine: string, limits: readonly Limit[], before: Condition | undefined): ConditionRow {
  const broken = limits.find((limit) => isBroken(limit, before?.status === "True" && before.reason === limit.reason));
  const bounds = limits.map(boundText).join("; ");
  if (broken === undefined) return [type, "False", fine, bounds];
  const text = `${broken.figure(broken.value)} ${broken.what}: ${boundText(broken)}`;
  // The same trouble by the same limit is no news, whatever the figure is now.
  const isSame =
    before?.status === "True" && before.reason === broken.reason && before.message.endsWith(`: ${boundText(broken)}`);
  return [type, "True", broken.reason, isSame ? before.message : text];
}

function isBroken({ value, limit, bad }: Limit, was: boolean): boolean {
  if (bad === "below") return value < limit * (was ? 1 + margin : 1);
  return value > limit * (was ? 1 - margin : 1);
}

function boundText({ bad, limit, figure }: Limit): string {
  return `${bad === "below" ? "at least" : "at most"} ${figure(limit)}`;
}

function diskLimit(attributes: Attributes, { disk }: PoolMonitors): Limit | undefined {
  const value = attributes["disk.free"];
  const limit = limitOf(disk.minFree, attributes["disk.total"]);
  if (typeof value !== "number" || limit === undefined) return undefined;
  const what = "are free where the agent's directory is";
  return { reason: "DiskLow", value, limit, bad: "below", figure: bytesText, what };
}

function inodeLimit(attributes: Attributes, { disk }: PoolMonitors): Limit | undefined {
  const { "inodes.free": value, "inodes.total": total } = attributes;
  const limit = limitOf(disk.minFreeInodes, total);
  if (typeof value !== "number" || limit === undefined) return undefined;
  const what = "are free where the agent's directory is";
  return { reason: "InodesLow", value, limit, bad: "below", figure: (count) => `${Math.round(count)} inodes`, what };
}

function memoryLimit(attributes: Attributes, { memory }: PoolMonitors): Limit | undefined {
  const value = attributes["memory.free"];
  const limit = limitOf(memory.minFree, attributes["memory.total"]);
  if (typeof value !== "number" || limit === undefined) return undefined;
  return { reason: "MemoryLow", value, limit, bad: "below", figure: bytesText, what: "of memory are free" };
}

function loadLimit(attributes: Attributes, { load }: PoolMonitors): Limit | undefined {
  const { "load.1m": value, "cpu.cores": cores } = attributes;
  if (typeof value !== "number" || typeof cores !== "number") return undefined;
  const limit = load.maxPerCore * cores;
  const figure = (one: number): string => `load ${Math.round(one * 100) / 100}`;
  return { reason: "LoadHigh", value, limit, bad: "above", figure, what: `on ${cores} cores` };
}

/** Undefined: a share of what is not known. */
function limitOf(minimum: number | string, total: number | string | undefined): number | undefined {
  const share = typeof minimum === "string" ? /^(.*)%$/.exec(minimum)?.[1] : undefined;
  if (share === undefined) return parseQuantity(minimum);
  return typeof total === "number" ? (Number(share) / 100) * total : undefined;
}

/** Rounded, as people read it. */
function bytesText(bytes: number): string {
  for (const [unit, factor] of [
    ["Gi", 2 ** 30],
    ["Mi", 2 ** 20],
  ] as const) {
    if (bytes >= 100 * factor) return formatBytes(Math.round(bytes / factor) * factor);
    if (bytes >= factor) return `${Math.round((bytes / factor) * 10) / 10}${unit}`;
  }
  return formatBytes(Math.round(bytes));
}
