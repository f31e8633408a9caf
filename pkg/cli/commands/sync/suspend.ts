import { suspendSyncChange } from "../../../operations/index.ts";
import type { Command, Invocation } from "../../command.ts";
import { mergePatch } from "../patch.ts";
import { namedSyncs } from "./named-syncs.ts";

async function change(call: Invocation, suspend: boolean, word: string): Promise<number> {
  for (const located of await namedSyncs(call)) {
    await mergePatch(call, located, suspendSyncChange(suspend));
    call.terminal.out(`gitsync.plush.dev/${located.name} ${word}`);
  }
  return 0;
}

export const syncSuspend: Command = {
  usage: "sync suspend NAME ...",
  summary: "Leaves everything that a GitSync has applied as it is, whatever happens in its repository.",
  flags: [],
  completes: "targets",
  examples: ["plush sync suspend site"],
  run: (call) => change(call, true, "suspended"),
};

export const syncResume: Command = {
  usage: "sync resume NAME ...",
  summary: "Has a GitSync go on after it was suspended.",
  flags: [],
  completes: "targets",
  examples: ["plush sync resume site"],
  run: (call) => change(call, false, "resumed"),
};
