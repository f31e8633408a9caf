import type { CommandTable } from "./command.ts";

/** Every command and the module it is in, in the order of help. Names that begin with "_" are not shown. */
export const builtInCommands: CommandTable = {
  get: async () => (await import("./commands/get.ts")).getCommand,
  apply: async () => (await import("./commands/apply.ts")).applyCommand,
  delete: async () => (await import("./commands/delete.ts")).deleteCommand,
  wait: async () => (await import("./commands/wait.ts")).waitCommand,
  patch: async () => (await import("./commands/patch.ts")).patchCommand,
  label: async () => (await import("./commands/label.ts")).labelCommand,
  annotate: async () => (await import("./commands/label.ts")).annotateCommand,
  scale: async () => (await import("./commands/scale.ts")).scaleCommand,
};
