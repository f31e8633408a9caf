import { kinds } from "../../api/index.ts";
import { listAll } from "../../client/index.ts";
import type { Command } from "../command.ts";
import { treeLines } from "../printers/tree-lines.ts";

export const treeCommand: Command = {
  usage: "tree [POOL ...]",
  summary: "Draws which machines are reached through which others.",
  flags: [],
  examples: ["plush tree", "plush tree lab"],
  async run(call) {
    const client = await call.session.client();
    const [{ items: pools }, { items: machines }] = await Promise.all([
      listAll(client, kinds.ResourcePool, {}),
      listAll(client, kinds.Resource, {}),
    ]);
    const wanted = call.args.positional;
    const names = pools.map(({ metadata }) => metadata.name ?? "");
    for (const name of wanted.length === 0 ? names : wanted) {
      const own = machines.filter(({ spec }) => spec.poolName === name);
      const direct = own.filter(({ status }) => status?.tree?.parent === undefined).length;
      call.terminal.out(`${name}: ${own.length} machines, ${direct} of them reached directly`);
      for (const line of treeLines(own)) call.terminal.out(line);
    }
    return 0;
  },
};
