/** The command line. Commands are modules that are loaded when they are called; printers are pure. */
export type { Arguments, Flag } from "./arguments.ts";
export type { Command, CommandGroup, CommandLoader, CommandTable, Invocation } from "./command.ts";
export type { Environment } from "./environment.ts";
export { type CliOptions, runCli } from "./run-cli.ts";
export type { InputStream, OutputStream, Stdio } from "./terminal.ts";
export { UsageError } from "./usage-error.ts";
