import { type KindInfo, type KubeObject, kinds } from "../../api/index.ts";
import { listAll } from "../../client/index.ts";
import { sleep } from "../../clock/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Flag } from "../arguments.ts";
import type { Command, CommandGroup, Invocation } from "../command.ts";
import { alignColumns } from "../printers/columns.ts";
import {
  machineRows,
  processRows,
  sortUsage,
  sumUsage,
  type UsageLook,
  type UsageRow,
  usageCells,
} from "../printers/usage-rows.ts";

const flags: readonly Flag[] = [
  { name: "selector", short: "l", type: "text", value: "SELECTOR", help: "only those with these labels" },
  { name: "sort-by", type: "text", value: "WHAT", choices: ["name", "cpu", "memory"], help: "name, cpu or memory" },
  { name: "sum", type: "switch", help: "with a last row for all together" },
  { name: "no-headers", type: "switch", help: "rows alone" },
  { name: "watch", short: "w", type: "switch", help: "again every two seconds, until Ctrl-C" },
];

/** Machines measure for as long: nothing new is seen sooner. */
const watchMs = 2000;

const topResources: Command = {
  usage: "top resources [NAME ...]",
  summary: "What machines use now of their processors and memory.",
  flags,
  completes: "resources",
  run: (call) =>
    show(call, { shares: true, namespaces: false }, async () => {
      const [machines, metrics] = await Promise.all([
        listed(call, kinds.Resource, undefined),
        listed(call, kinds.NodeMetrics, undefined),
      ]);
      return machineRows(machines, metrics);
    }),
};

const topProcesses: Command = {
  usage: "top processes [NAME ...]",
  summary: "What processes use now of their machines' processors and memory.",
  flags: [...flags, { name: "all-namespaces", short: "A", type: "switch", help: "of every namespace" }],
  completes: "targets",
  async run(call) {
    const everywhere = call.args.on("all-namespaces");
    const namespace = everywhere ? undefined : await call.session.namespace();
    const look = { shares: false, namespaces: everywhere };
    return show(call, look, async () => processRows(await listed(call, kinds.PodMetrics, namespace)));
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

type Look = Omit<UsageLook, "headers">;

async function show(call: Invocation, look: Look, measure: () => Promise<readonly UsageRow[]>): Promise<number> {
  if (!call.args.on("watch")) {
    call.terminal.print(tableOf(call, look, await measure()));
    return 0;
  }
  while (!call.signal.aborted) {
    const rows = await measure();
    call.terminal.page(tableOf(call, look, rows));
    await sleep(call.clock, watchMs, call.signal).catch(() => undefined);
  }
  return 0;
}

function tableOf({ args, terminal }: Invocation, look: Look, rows: readonly UsageRow[]): string {
  const names = args.positional.map((word) => word.slice(word.indexOf("/") + 1));
  const missing = names.find((name) => !rows.some((row) => row.name === name));
  if (missing !== undefined) throw new StatusError("NotFound", `nothing is measured of "${missing}": it does not run`);
  const chosen = names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name));
  if (chosen.length === 0) {
    terminal.note("No resources found");
    return "";
  }
  const word = args.text("sort-by");
  const sorted = sortUsage(chosen, word === "cpu" || word === "memory" ? word : "name");
  const shown = args.on("sum") ? [...sorted, sumUsage(sorted)] : sorted;
  return alignColumns(usageCells(shown, { ...look, headers: !args.on("no-headers") }));
}

export const topGroup: CommandGroup = {
  usage: "top resources|processes",
  summary: "Live use of machines and of what runs on them.",
  commands: { resources: async () => topResources, processes: async () => topProcesses },
  aliases: {
    ...{ resource: "resources", res: "resources", node: "resources", nodes: "resources", no: "resources" },
    ...{ machine: "resources", machines: "resources" },
    ...{ process: "processes", proc: "processes", pod: "processes", pods: "processes" },
  },
};
