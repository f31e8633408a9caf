import { type Change, pauseRolloutChange, restartChange, resumeRolloutChange } from "../../../operations/index.ts";
import type { Command, Invocation } from "../../command.ts";
import { mergePatch } from "../patch.ts";
import { rolledApplications } from "./rolled-applications.ts";

async function apply(call: Invocation, change: Change, word: string): Promise<number> {
  for (const located of await rolledApplications(call)) {
    await mergePatch(call, located, change);
    call.terminal.out(`application.plush.dev/${located.name} ${word}`);
  }
  return 0;
}

export const pauseCommand: Command = {
  usage: "rollout pause application/NAME ...",
  summary: "Keeps changes and rolls out no more of them; members that are replaced get what they had.",
  flags: [],
  completes: "targets",
  examples: ["plush rollout pause application/web"],
  run: (call) => apply(call, pauseRolloutChange, "paused"),
};

export const resumeCommand: Command = {
  usage: "rollout resume application/NAME ...",
  summary: "Rolls out what the spec says, after a pause or an undo.",
  flags: [],
  completes: "targets",
  examples: ["plush rollout resume application/web"],
  run: (call) => apply(call, resumeRolloutChange, "resumed"),
};

export const restartCommand: Command = {
  usage: "rollout restart application/NAME ...",
  summary: "Restarts all processes, member by member, as an update does.",
  flags: [],
  completes: "targets",
  examples: ["plush rollout restart application/web"],
  run: (call) => apply(call, restartChange(call.clock.now()), "restarted"),
};
