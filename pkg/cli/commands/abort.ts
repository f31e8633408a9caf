import { abortChange } from "../../operations/index.ts";
import type { Command } from "../command.ts";
import { mergePatch } from "./patch.ts";
import { rolledApplications } from "./rollout/rolled-applications.ts";

export const abortCommand: Command = {
  usage: "abort application/NAME ...",
  summary: "Stops an application and cleans its machines; keeps the object (suspend: true).",
  flags: [],
  completes: "targets",
  examples: ["plush abort application/sword", "plush patch app/sword -p 'spec: {suspend: false}'   # a new run"],
  async run(call) {
    for (const located of await rolledApplications(call)) {
      await mergePatch(call, located, abortChange);
      call.terminal.out(`application.plush.dev/${located.name} aborted; suspend: false is a new run`);
    }
    return 0;
  },
};
