import type { CommandGroup } from "../../command.ts";

export const rolloutGroup: CommandGroup = {
  usage: "rollout COMMAND application/NAME",
  summary: "Follows, holds, repeats or takes back what is being rolled out.",
  commands: {
    status: async () => (await import("./status.ts")).statusCommand,
    history: async () => (await import("./history.ts")).historyCommand,
    undo: async () => (await import("./undo.ts")).undoCommand,
    pause: async () => (await import("./hold.ts")).pauseCommand,
    resume: async () => (await import("./hold.ts")).resumeCommand,
    restart: async () => (await import("./hold.ts")).restartCommand,
  },
};
