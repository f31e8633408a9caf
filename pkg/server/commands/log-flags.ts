import { resolve } from "node:path";
import { type Arguments, type Flag, UsageError } from "../../cli/index.ts";
import type { LogLevel } from "../../log/index.ts";
import type { ServerOptions } from "../server-options.ts";

const defaults = { maxMegabytes: 100, maxBackups: 5 };

export const logFlags: readonly Flag[] = [
  {
    name: "log-level",
    type: "text",
    choices: ["debug", "info", "warn", "error", "silent"],
    help: "how much is told (default info)",
  },
  { name: "log-format", type: "text", choices: ["text", "json"], help: "how it is told (default text)" },
  { name: "log-file", type: "text", value: "FILE", help: "where it is told (default: on stderr)" },
  {
    name: "log-file-maxsize",
    type: "number",
    value: "MIB",
    help: "a log file of this size is put aside (default 100)",
  },
  { name: "log-file-maxbackup", type: "number", value: "N", help: "so many of these are kept (default 5; 0: all)" },
];

/** Throws UsageError for what has no meaning. */
export function readLogFlags(args: Arguments): Pick<ServerOptions, "logLevel" | "logFormat" | "logFile"> {
  const path = args.text("log-file");
  const maxMegabytes = args.number("log-file-maxsize") ?? defaults.maxMegabytes;
  const maxBackups = args.number("log-file-maxbackup") ?? defaults.maxBackups;
  if (maxMegabytes < 1) throw new UsageError("--log-file-maxsize: at least 1 is expected");
  if (maxBackups < 0) throw new UsageError("--log-file-maxbackup: at least 0 is expected");
  return {
    logLevel: (args.text("log-level") ?? "info") as LogLevel,
    logFormat: args.text("log-format") === "json" ? "json" : "text",
    ...(path !== undefined && { logFile: { path: resolve(path), maxMegabytes, maxBackups } }),
  };
}
