import type { Clock } from "../clock/index.ts";
import type { Arguments, Flag } from "./arguments.ts";
import type { Environment } from "./environment.ts";
import type { Session } from "./session.ts";
import type { Terminal } from "./terminal.ts";

/** One command. Its module is loaded when it is called. */
export interface Command {
  /** After "plush": "get KIND [NAME ...]". */
  readonly usage: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  readonly examples?: readonly string[];
  /** What a positional argument is, for completion. */
  readonly completes?: "kinds" | "targets" | "resources" | "files";
  /** The exit code where something goes wrong (default 1): for commands to which 1 says something else. */
  readonly troubleCode?: number;
  /** Resolves with the exit code. May reject with StatusError, UsageError, Failed. */
  run(call: Invocation): Promise<number>;
}

/** A word that only chooses between commands: create, auth … */
export interface CommandGroup {
  readonly usage: string;
  readonly summary: string;
  readonly commands: CommandTable;
  /** Other words for its commands, not shown. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** What it is where no word of the table follows: `create -f FILE`. */
  readonly fallback?: () => Promise<Command>;
}

export type CommandLoader = () => Promise<Command | CommandGroup>;
export type CommandTable = Readonly<Record<string, CommandLoader>>;

/** Everything a command is given; nothing is global. */
export interface Invocation {
  readonly args: Arguments;
  readonly terminal: Terminal;
  readonly session: Session;
  readonly env: Environment;
  readonly clock: Clock;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Every command there is, for help and completion. */
  readonly table: CommandTable;
}
