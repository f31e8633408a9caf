import {
  cpuMillis,
  memoryBytes,
  type NodeMetrics,
  type PodMetrics,
  parseQuantity,
  type Resource,
} from "../../api/index.ts";

/** One line of `top`. */
export interface UsageRow {
  readonly namespace?: string;
  readonly name: string;
  /** Thousandths of a core, and bytes; absent: the machine does not answer. */
  readonly used?: { readonly cpu: number; readonly memory: number };
  /** What there is to use; absent: not known. */
  readonly of?: { readonly cpu: number; readonly memory: number };
}

/** Every machine, with what it uses and has. */
export function machineRows(machines: readonly Resource[], metrics: readonly NodeMetrics[]): readonly UsageRow[] {
  const usage = new Map(metrics.map((one) => [one.metadata.name, one.usage]));
  return machines.map(({ metadata, status }) => {
    const { name = "" } = metadata;
    const { cpu, memory } = status?.allocatable ?? {};
    const used = usage.get(name);
    return {
      name,
      ...(used !== undefined && { used: amounts(used) }),
      ...(cpu !== undefined && memory !== undefined && { of: { cpu: cpuMillis(cpu), memory: memoryBytes(memory) } }),
    };
  });
}

export function processRows(metrics: readonly PodMetrics[]): readonly UsageRow[] {
  return metrics.flatMap(({ metadata, containers: [main] }) => {
    const { name = "", namespace = "" } = metadata;
    return main === undefined ? [] : [{ namespace, name, used: amounts(main.usage) }];
  });
}

function amounts({ cpu, memory }: NodeMetrics["usage"]): NonNullable<UsageRow["used"]> {
  return { cpu: Math.round((parseQuantity(cpu) ?? 0) * 1000), memory: parseQuantity(memory) ?? 0 };
}

export type UsageOrder = "name" | "cpu" | "memory";

/** By name; or what uses most first, and who does not answer last. */
export function sortUsage(rows: readonly UsageRow[], order: UsageOrder): readonly UsageRow[] {
  const byName = (left: UsageRow, right: UsageRow): number =>
    `${left.namespace}/${left.name}` < `${right.namespace}/${right.name}` ? -1 : 1;
  if (order === "name") return rows.toSorted(byName);
  const amount = ({ used }: UsageRow): number => used?.[order] ?? -1;
  return rows.toSorted((left, right) => amount(right) - amount(left) || byName(left, right));
}

/** All of them together, as far as they answer. */
export function sumUsage(rows: readonly UsageRow[]): UsageRow {
  const used = addUp(rows.flatMap((row) => row.used ?? []));
  // A share of machines of which some do not answer would be none of all.
  const of = addUp(rows.flatMap((row) => (row.used === undefined ? [] : (row.of ?? []))));
  const answering = rows.filter((row) => row.used !== undefined);
  const isWhole = answering.every((row) => row.of !== undefined);
  return { name: `(${answering.length} of ${rows.length})`, used, ...(isWhole && { of }) };
}

function addUp(amounts: readonly NonNullable<UsageRow["used"]>[]): NonNullable<UsageRow["used"]> {
  return amounts.reduce((sum, { cpu, memory }) => ({ cpu: sum.cpu + cpu, memory: sum.memory + memory }), {
    ...{ cpu: 0, memory: 0 },
  });
}

const unknown = "<unknown>";

export interface UsageLook {
  readonly headers: boolean;
  readonly namespaces: boolean;
  /** Shares of what there is. */
  readonly shares: boolean;
}

/** The cells of all rows, in the columns that kubectl has. */
export function usageCells(rows: readonly UsageRow[], look: UsageLook): readonly (readonly string[])[] {
  const head = [
    ...(look.namespaces ? ["NAMESPACE"] : []),
    "NAME",
    ...(look.shares ? ["CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)"] : ["CPU(cores)", "MEMORY(bytes)"]),
  ];
  const lines = rows.map(({ namespace = "", name, used, of }) => {
    const cpu = used === undefined ? unknown : `${used.cpu}m`;
    const memory = used === undefined ? unknown : `${Math.floor(used.memory / 2 ** 20)}Mi`;
    const amount = look.shares
      ? [cpu, share(used?.cpu, of?.cpu), memory, share(used?.memory, of?.memory)]
      : [cpu, memory];
    return [...(look.namespaces ? [namespace] : []), name, ...amount];
  });
  return look.headers ? [head, ...lines] : lines;
}

function share(used: number | undefined, of: number | undefined): string {
  if (used === undefined || of === undefined || of <= 0) return unknown;
  return `${Math.floor((used / of) * 100)}%`;
}
