<<<<<<< HEAD
import { formatTimestamp } from "../../../clock/index.ts";
import {
  pauseChange,
  type RolloutChange,
  restartChange,
  resumeChange,
  rolloutManager,
} from "../../../rollout/index.ts";
=======
import { type Change, pauseRolloutChange, restartChange, resumeRolloutChange } from "../../../operations/index.ts";
>>>>>>> console-operate
import type { Command, Invocation } from "../../command.ts";
import { mergePatch } from "../patch.ts";
import { rolledApplications } from "./rolled-applications.ts";

<<<<<<< HEAD
async function change(call: Invocation, body: RolloutChange, word: string): Promise<number> {
  for (const located of await rolledApplications(call)) {
    await mergePatch(call, located, body, rolloutManager);
=======
async function apply(call: Invocation, change: Change, word: string): Promise<number> {
  for (const located of await rolledApplications(call)) {
    await mergePatch(call, located, change);
>>>>>>> console-operate
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
<<<<<<< HEAD
  run: (call) => change(call, pauseChange(), "paused"),
=======
  run: (call) => apply(call, pauseRolloutChange, "paused"),
>>>>>>> console-operate
};

export const resumeCommand: Command = {
  usage: "rollout resume application/NAME ...",
  summary: "Rolls out what the spec says, after a pause or an undo.",
  flags: [],
  completes: "targets",
  examples: ["plush rollout resume application/web"],
<<<<<<< HEAD
  run: (call) => change(call, resumeChange(), "resumed"),
=======
  run: (call) => apply(call, resumeRolloutChange, "resumed"),
>>>>>>> console-operate
};

export const restartCommand: Command = {
  usage: "rollout restart application/NAME ...",
  summary: "Restarts all processes, member by member, as an update does.",
  flags: [],
  completes: "targets",
  examples: ["plush rollout restart application/web"],
<<<<<<< HEAD
  run: (call) => change(call, restartChange(formatTimestamp(call.clock.now())), "restarted"),
=======
  run: (call) => apply(call, restartChange(call.clock.now()), "restarted"),
>>>>>>> console-operate
};
