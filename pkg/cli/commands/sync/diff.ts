import { kinds } from "../../../api/index.ts";
import type { SyncDiff } from "../../../protocol/index.ts";
import type { Command, Invocation } from "../../command.ts";
import { diffLines } from "../../plan/diff-lines.ts";
import { yamlText } from "../../printers/object-text.ts";
import { namedSyncs } from "./named-syncs.ts";

export const syncDiff: Command = {
  usage: "sync diff NAME ...",
  summary:
    "Shows what the newest commit of a repository would change; exit code 1 where anything, 2 where something is wrong.",
  troubleCode: 2,
  flags: [],
  completes: "targets",
  examples: ["plush sync diff site"],
  async run(call) {
    const client = await call.session.client();
    let code = 0;
    for (const { namespace, name } of await namedSyncs(call)) {
      const answer = await client.post(kinds.GitSync, { namespace, name }, "diff", {}, { signal: call.signal });
      // The server's word is trusted, as for all objects.
      code = Math.max(code, await print(call, name, answer as SyncDiff));
    }
    return code;
  },
};

async function print({ terminal }: Invocation, name: string, diff: SyncDiff): Promise<number> {
  const { revision, applied, objects, prune, kept, fault } = diff;
  if (fault !== undefined) {
    terminal.error(`gitsync.plush.dev/${name}: ${fault.reason}: ${fault.message}`);
    return 2;
  }
  for (const object of objects)
    for (const { text, paint } of await diffLines(object, yamlText))
      terminal.out(paint === undefined ? text : terminal.paint(paint, text));
  for (const object of prune) {
    const where = object.namespace === undefined ? "" : ` (namespace ${object.namespace})`;
    terminal.out(terminal.paint("red", `- ${object.kind.toLowerCase()}/${object.name}${where}`));
  }
  for (const why of kept) terminal.note(`stays: ${why}`);
  const changed = objects.filter(({ action }) => action !== "Unchanged").length + prune.length;
  const from = applied === revision ? "" : ` (${applied ?? "nothing"} is applied)`;
  terminal.note(changed === 0 ? `${name}: ${revision} changes nothing` : `${name}: ${revision}${from}`);
  return changed === 0 ? 0 : 1;
}
