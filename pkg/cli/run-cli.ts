import { systemClock } from "../clock/index.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import type { Command, CommandGroup, CommandTable, Invocation } from "./command.ts";
import { builtInCommands } from "./command-table.ts";
import type { Environment } from "./environment.ts";
import { globalFlags } from "./global-flags.ts";
import { didYouMean } from "./nearest-word.ts";
import { reportError } from "./report-error.ts";
import { Session } from "./session.ts";
import { type Stdio, Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

export interface CliOptions {
  /** Without node and the script. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly stdio: Stdio;
  /** Commands from outside this package, loaded when they are called: server, demo, restore. */
  readonly commands: CommandTable;
  /** Aborted by SIGINT and SIGTERM. May be a getter: it is not read before a command does. */
  readonly signal: AbortSignal;
}

/** Runs one command line; resolves with the exit code and never rejects. */
export async function runCli(options: CliOptions): Promise<number> {
  const terminal = new Terminal(options.stdio, options.env);
  const table: CommandTable = { ...builtInCommands, ...options.commands };
  const words = commandFirst(options.argv);
  let session: Session | undefined;
  let command: Command | undefined;
  try {
    const found = await findCommand(table, words);
    if (found === undefined || isGroup(found.command)) return await showHelp(terminal, table, words, found?.command);
    command = found.command;
    const args = parseArguments(words.slice(found.depth), [...found.command.flags, ...globalFlags]);
    if (args.on("help")) return await showHelp(terminal, table, words, found.command);
    session = new Session(args, options.env);
    return await found.command.run(invocation(options, table, terminal, args, session));
  } catch (error) {
    const code = reportError(terminal, error, command === undefined ? undefined : words[0]);
    return code === 1 ? (command?.troubleCode ?? code) : code;
  } finally {
    terminal.progress("");
    session?.close();
  }
}

function invocation(
  options: CliOptions,
  table: CommandTable,
  terminal: Terminal,
  args: Arguments,
  session: Session,
): Invocation {
  return {
    ...{ args, terminal, session, table, env: options.env, clock: systemClock },
    get signal() {
      return options.signal;
    },
  };
}

/** Global flags may stand before the command: `plush -n demo get app` is `plush get app -n demo`. */
function commandFirst(argv: readonly string[]): readonly string[] {
  let index = 0;
  while (index < argv.length && argv[index]?.startsWith("-")) {
    const word = argv[index] ?? "";
    const flag = globalFlags.find(({ name, short }) => word === `--${name}` || word === `-${short}`);
    index += flag !== undefined && flag.type !== "switch" ? 2 : 1;
  }
  const end = argv.indexOf("--", index);
  const rest = end < 0 ? argv.length : end;
  return [...argv.slice(index, rest), ...argv.slice(0, index), ...argv.slice(rest)];
}

interface FoundCommand {
  readonly command: Command | CommandGroup;
  /** How many words name it. */
  readonly depth: number;
}

/** Walks down groups (`create secret generic`) to the command; undefined where no word names one. */
async function findCommand(table: CommandTable, words: readonly string[]): Promise<FoundCommand | undefined> {
  if (words[0] === "help") return undefined;
  let found: FoundCommand | undefined;
  let group: Pick<CommandGroup, "commands" | "aliases"> = { commands: table };
  for (const [depth, name] of words.entries()) {
    if (name.startsWith("-")) break;
    const command = await lookUp(group, name);
    if (command === undefined) throw unknownCommand(words.slice(0, depth), name, group);
    found = { command, depth: depth + 1 };
    if (!isGroup(command)) return found;
    group = command;
  }
  return found === undefined ? undefined : withFallback(found, words);
}

/** Of a group with few commands all are named: `create secret` asks for a kind of Secret first. */
function unknownCommand(before: readonly string[], name: string, { commands }: Pick<CommandGroup, "commands">) {
  const known = Object.keys(commands).filter((each) => !each.startsWith("_"));
  const hint = before.length === 0 ? didYouMean(name, known) : `; there are: ${known.join(", ")}`;
  return new UsageError(`unknown command "${[...before, name].join(" ")}"${hint}`);
}

async function lookUp(
  { commands, aliases = {} }: Pick<CommandGroup, "commands" | "aliases">,
  word: string,
): Promise<Command | CommandGroup | undefined> {
  const name = Object.hasOwn(aliases, word) ? (aliases[word] ?? word) : word;
  return Object.hasOwn(commands, name) ? commands[name]?.() : undefined;
}

/** `create -f FILE`: a group that is a command too, where flags follow it. */
async function withFallback({ command, depth }: FoundCommand, words: readonly string[]): Promise<FoundCommand> {
  const asksHelp = words.includes("--help") || words.includes("-h");
  const load = isGroup(command) && words.length > depth && !asksHelp ? command.fallback : undefined;
  return { command: load === undefined ? command : await load(), depth };
}

function isGroup(command: Command | CommandGroup): command is CommandGroup {
  return "commands" in command;
}

async function showHelp(
  terminal: Terminal,
  table: CommandTable,
  words: readonly string[],
  command: Command | CommandGroup | undefined,
): Promise<number> {
  const { helpText } = await import("./help.ts");
  const asked = words.length === 0 || words[0] === "help" || words.some((word) => word === "-h" || word === "--help");
  const topic = words[0] === "help" ? await findTopic(table, words.slice(1)) : command;
  terminal.print(await helpText(table, topic));
  return asked ? 0 : 2;
}

async function findTopic(table: CommandTable, words: readonly string[]): Promise<Command | CommandGroup | undefined> {
  return words.length === 0 ? undefined : (await findCommand(table, words))?.command;
}
