import type { Flag } from "./arguments.ts";
import { connectionFlags } from "./session.ts";

/** Flags that every command takes. */
export const globalFlags: readonly Flag[] = [
  ...connectionFlags,
  { name: "help", short: "h", type: "switch", help: "this text" },
];
