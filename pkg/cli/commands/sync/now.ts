import { findCondition, type GitSync, kinds } from "../../../api/index.ts";
import { formatMicroTime } from "../../../clock/index.ts";
import { syncNowChange } from "../../../operations/index.ts";
import { StatusError } from "../../../status/index.ts";
import type { Command } from "../../command.ts";
import { waitFor } from "../../wait-for.ts";
import { mergePatch } from "../patch.ts";
import { namedSyncs } from "./named-syncs.ts";

/** How long a repository may take to answer. */
const defaultTimeoutMs = 300_000;

export const syncNow: Command = {
  usage: "sync now NAME ...",
  summary: "Has repositories asked at once, and tells what came of it.",
  flags: [
    { name: "timeout", type: "duration", help: "wait so long (default 5m)" },
    { name: "no-wait", type: "switch", help: "do not wait" },
  ],
  completes: "targets",
  examples: ["plush sync now site"],
  async run(call) {
    const objects = await namedSyncs(call);
    const now = call.clock.now();
    const asked = formatMicroTime(now);
    for (const located of objects) {
      await mergePatch(call, located, syncNowChange(now));
      if (call.args.on("no-wait")) call.terminal.out(`gitsync.plush.dev/${located.name} asked`);
    }
    if (call.args.on("no-wait")) return 0;
    const timeoutMs = call.args.duration("timeout") ?? defaultTimeoutMs;
    await waitFor(call, { objects, timeoutMs, isMet: (object) => isOver(object as GitSync | undefined, asked) });
    let code = 0;
    const client = await call.session.client();
    for (const { namespace, name } of objects) {
      const { status } = await client.get(kinds.GitSync, { namespace, name });
      const ready = findCondition(status?.conditions, "Ready");
      const isFine = ready?.status === "True" || ready?.reason === "HealthPending";
      if (isFine) call.terminal.out(`gitsync.plush.dev/${name} applied: ${status?.applied?.revision}`);
      else call.terminal.error(`gitsync.plush.dev/${name}: ${ready?.reason}: ${ready?.message}`);
      if (!isFine) code = 1;
    }
    return code;
  },
};

/** It has been followed, or will not be. Throws where the object is gone. */
function isOver(sync: GitSync | undefined, asked: string): boolean {
  if (sync === undefined) throw new StatusError("NotFound", "it has been deleted");
  if (sync.status?.handledRequest === asked) return true;
  const ready = findCondition(sync.status?.conditions, "Ready");
  return ready?.observedGeneration === sync.metadata.generation && held.has(ready?.reason ?? "");
}

const held: ReadonlySet<string> = new Set(["Suspended", "DependencyNotReady", "DependencyCycle"]);
