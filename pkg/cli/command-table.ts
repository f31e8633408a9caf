import type { CommandTable } from "./command.ts";

/** Every command and the module it is in, in the order of help. Names that begin with "_" are not shown. */
export const builtInCommands: CommandTable = {
  get: async () => (await import("./commands/get.ts")).getCommand,
};
