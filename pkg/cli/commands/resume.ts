import { kinds } from "../../api/index.ts";
import { resumePoolChange } from "../../operations/index.ts";
import type { Command } from "../command.ts";
import { selectObjects } from "../targets.ts";
import { UsageError } from "../usage-error.ts";

export const resumeCommand: Command = {
  usage: "resume POOL ...",
  summary: "Replaces what was lost although too many machines of a pool are gone at once: they will not be back.",
  flags: [],
  completes: "targets",
  examples: ["plush resume lab"],
  async run(call) {
    if (call.args.positional.length === 0) throw new UsageError("name the pools");
    const words = call.args.positional.map((word) => (word.includes("/") ? word : `pool/${word}`));
    const chosen = await selectObjects(call, words);
    const other = chosen.find(({ kind }) => kind.kind !== kinds.ResourcePool.kind);
    if (other !== undefined)
      throw new UsageError(`only pools are resumed, and ${other.kind.singular}/${other.name} is none`);
    const client = await call.session.client();
    const { body, fieldManager } = resumePoolChange(call.clock.now());
    for (const { namespace, name } of chosen) {
      const pool = await client.patch(
        kinds.ResourcePool,
        { namespace, name },
        { type: "merge", body },
        { fieldManager },
      );
      const effect = pool.status?.braked === true ? "resumed" : "resumed (its brake was not on)";
      call.terminal.out(`resourcepool.plush.dev/${name} ${effect}`);
    }
    return 0;
  },
};
