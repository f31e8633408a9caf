import type { CommandGroup } from "../../command.ts";

export const syncGroup: CommandGroup = {
  usage: "sync now|diff|suspend|resume NAME ...",
  summary: "What GitSyncs apply, and when.",
  commands: {
    now: async () => (await import("./now.ts")).syncNow,
    diff: async () => (await import("./diff.ts")).syncDiff,
    suspend: async () => (await import("./suspend.ts")).syncSuspend,
    resume: async () => (await import("./suspend.ts")).syncResume,
  },
};
