import { type KindInfo, type KubeObject, kinds } from "../../api/index.ts";
import { listAll } from "../../client/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Flag } from "../arguments.ts";
import type { Command, CommandGroup, Invocation } from "../command.ts";
import { alignColumns } from "../printers/columns.ts";
import {
  machineRows,
  processRows,
  sortUsage,
  type UsageLook,
  type UsageRow,
  usageCells,
} from "../printers/usage-rows.ts";

const flags: readonly Flag[] = [
  { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "only those with these labels" },
  { name: "sort-by", type: "text", value: "WHAT", choices: ["name", "cpu", "memory"], help: "name, cpu or memory" },
  { name: "no-headers", type: "switch", help: "rows alone" },
];

const topResources: Command = {
  usage: "top resources [NAME ...]",
  summary: "What machines use now of their processors and memory.",
  flags,
  completes: "resources",
  async run(call) {
    const [machines, metrics] = await Promise.all([
      listed(call, kinds.Resource, undefined),
      listed(call, kinds.NodeMetrics, undefined),
    ]);
    return print(call, machineRows(machines, metrics), { shares: true, namespaces: false });
  },
};

const topProcesses: Command = {
  usage: "top processes [NAME ...]",
  summary: "What processes use now of their machines' processors and memory.",
  flags: [...flags, { name: "all-namespaces", short: "A", type: "switch", help: "of every namespace" }],
  completes: "targets",
  async run(call) {
    const everywhere = call.args.on("all-namespaces");
    const namespace = everywhere ? undefined : await call.session.namespace();
    const metrics = await listed(call, kinds.PodMetrics, namespace);
    return print(call, processRows(metrics), { shares: false, namespaces: everywhere });
  },
};

async function listed<T extends KubeObject>(
  call: Invocation,
  kind: KindInfo<T>,
  namespace: string | undefined,
): Promise<readonly T[]> {
  const labelSelector = call.args.text("selector");
  const { items } = await listAll(await call.session.client(), kind, {
    ...(namespace !== undefined && { namespace }),
    ...(labelSelector !== undefined && { labelSelector }),
  });
  return items;
}

function print(call: Invocation, rows: readonly UsageRow[], look: Omit<UsageLook, "headers">): number {
  const names = call.args.positional.map((word) => word.slice(word.indexOf("/") + 1));
  const missing = names.find((name) => !rows.some((row) => row.name === name));
  if (missing !== undefined) throw new StatusError("NotFound", `nothing is measured of "${missing}": it does not run`);
  const chosen = names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name));
  if (chosen.length === 0) {
    call.terminal.note("No resources found");
    return 0;
  }
  const word = call.args.text("sort-by");
  const sorted = sortUsage(chosen, word === "cpu" || word === "memory" ? word : "name");
  call.terminal.print(alignColumns(usageCells(sorted, { ...look, headers: !call.args.on("no-headers") })));
  return 0;
}

export const topGroup: CommandGroup = {
  usage: "top resources|processes",
  summary: "Live use of machines and of what runs on them.",
  commands: { resources: async () => topResources, processes: async () => topProcesses },
  aliases: {
    ...{ resource: "resources", res: "resources", node: "resources", nodes: "resources" },
    ...{ process: "processes", proc: "processes", pod: "processes", pods: "processes" },
  },
};
