import type { Flag } from "./arguments.ts";
import type { Command, CommandGroup, CommandTable } from "./command.ts";
import { globalFlags } from "./global-flags.ts";

/** Help for one command, one group, or all of them. */
export async function helpText(table: CommandTable, topic: Command | CommandGroup | undefined): Promise<string> {
  if (topic === undefined) {
    return `${intro}\n\nCommands:\n${await summaries(table)}\n\n'plush COMMAND --help' says more of each.\n`;
  }
  if ("commands" in topic) {
    return `${topic.summary}\n\nUsage: plush ${topic.usage}\n\nCommands:\n${await summaries(topic.commands)}\n`;
  }
  const examples =
    topic.examples === undefined ? "" : `\nExamples:\n${topic.examples.map((line) => `  ${line}`).join("\n")}\n`;
  const flags = topic.flags.some(({ hidden }) => hidden !== true) ? `\nFlags:\n${flagLines(topic.flags)}\n` : "";
  return `${topic.summary}\n\nUsage: plush ${topic.usage}\n${examples}${flags}\nGlobal flags:\n${flagLines(globalFlags)}\n`;
}

const intro = `Plush runs distributed applications on machines reached over SSH, and keeps them running.

Usage: plush COMMAND [ARGUMENT ...] [--FLAG ...]`;

async function summaries(table: CommandTable): Promise<string> {
  const names = Object.keys(table).filter((name) => !name.startsWith("_"));
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map(async (name) => `  ${name.padEnd(width)}  ${(await table[name]?.())?.summary ?? ""}`);
  return (await Promise.all(lines)).join("\n");
}

function flagLines(flags: readonly Flag[]): string {
  const shown = flags.filter(({ hidden }) => hidden !== true).map((flag) => [flagName(flag), flag] as const);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, flag]) => `  ${name.padEnd(width)}  ${flag.help}${choicesOf(flag)}`).join("\n");
}

function flagName({ name, short, type, value, bare }: Flag): string {
  const letter = short === undefined ? "    " : `-${short}, `;
  const word =
    type === "switch" ? "" : (value ?? (type === "duration" ? "DURATION" : type === "number" ? "N" : "TEXT"));
  const joined = word === "" ? "" : bare === undefined ? ` ${word}` : `[=${word}]`;
  return `${letter}--${name}${joined}`;
}

function choicesOf({ choices }: Flag): string {
  return choices === undefined ? "" : ` (${choices.join(", ")})`;
}
