import { allKinds } from "../../api/index.ts";
import type { Flag } from "../arguments.ts";
import type { Command, CommandGroup, CommandTable } from "../command.ts";
import { globalFlags } from "../global-flags.ts";
import { namedKinds } from "../kind-names.ts";

/** Asks the server for the names of a kind's objects; [] where it cannot be asked. */
export type NameSource = (kindWord: string, namespace: string | undefined) => Promise<readonly string[]>;

/** Says that a file is wanted: the shell knows best which there are. */
const filesWanted = ":files";

/** The words that may stand in place of the last of `words`. */
export async function candidates(
  table: CommandTable,
  words: readonly string[],
  names: NameSource,
): Promise<readonly string[]> {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const found = await locate(table, before);
  const all =
    found.command === undefined
      ? Object.keys(found.table).filter(isShown)
      : await forCommand(found.command, found.rest, current, names);
  return all.filter((word) => word === filesWanted || word.startsWith(current));
}

function isShown(name: string): boolean {
  return !name.startsWith("_");
}

interface Found {
  readonly table: CommandTable;
  readonly command?: Command;
  /** The words after those that name the command. */
  readonly rest: readonly string[];
}

async function locate(table: CommandTable, words: readonly string[]): Promise<Found> {
  let commands = table;
  for (const [index, word] of words.entries()) {
    const loaded: Command | CommandGroup | undefined = Object.hasOwn(commands, word)
      ? await commands[word]?.()
      : undefined;
    if (loaded === undefined) return { table: word.startsWith("-") ? commands : {}, rest: [] };
    if (!("commands" in loaded)) return { table: commands, command: loaded, rest: words.slice(index + 1) };
    commands = loaded.commands;
  }
  return { table: commands, rest: [] };
}

async function forCommand(
  command: Command,
  rest: readonly string[],
  current: string,
  names: NameSource,
): Promise<readonly string[]> {
  if (rest.includes("--")) return [filesWanted];
  const flags = [...command.flags, ...globalFlags].filter(({ hidden }) => hidden !== true);
  const awaiting = valueFlag(flags, rest.at(-1) ?? "");
  if (awaiting !== undefined) return valuesOf(awaiting, names);
  if (current.startsWith("-")) return flagWords(flags, current);
  return positionals(
    command,
    rest.filter((word) => !word.startsWith("-")),
    current,
    namespaceOf(rest),
    names,
  );
}

/** The flag whose value is the next word. */
function valueFlag(flags: readonly Flag[], word: string): Flag | undefined {
  return flags.find(
    ({ name, short, type, bare }) =>
      type !== "switch" && bare === undefined && (word === `--${name}` || word === `-${short}`),
  );
}

async function valuesOf(flag: Flag, names: NameSource): Promise<readonly string[]> {
  if (flag.choices !== undefined) return flag.choices;
  if (flag.name === "namespace") return names("namespaces", undefined);
  if (flag.name === "pool") return names("resourcepools", undefined);
  if (flag.name === "output") return ["wide", "yaml", "json", "name", "jsonpath=", "custom-columns="];
  return /FILE|DIR/.test(flag.value ?? "") ? [filesWanted] : [];
}

function flagWords(flags: readonly Flag[], current: string): readonly string[] {
  const [, name] = /^--([^=]+)=/.exec(current) ?? [];
  const flag = flags.find((candidate) => candidate.name === name);
  if (flag !== undefined) return (flag.choices ?? []).map((choice) => `--${flag.name}=${choice}`);
  return flags.map(({ name: long }) => `--${long}`);
}

function namespaceOf(rest: readonly string[]): string | undefined {
  const index = rest.findIndex((word) => word === "-n" || word === "--namespace");
  return index < 0 ? undefined : rest[index + 1];
}

async function positionals(
  command: Command,
  given: readonly string[],
  current: string,
  namespace: string | undefined,
  names: NameSource,
): Promise<readonly string[]> {
  if (command.completes === "files") return [filesWanted];
  if (command.completes === "resources") return names("resources", undefined);
  if (command.completes === "kinds") return allKinds.map(({ plural }) => plural);
  if (command.completes !== "targets") return [];
  const [kind, name] = current.split("/");
  if (name !== undefined && kind !== undefined) return (await names(kind, namespace)).map((each) => `${kind}/${each}`);
  const [first] = given;
  if (first !== undefined && !first.includes("/") && namedKinds(first).length > 0) return names(first, namespace);
  return allKinds.map(({ plural }) => (given.length > 0 ? `${plural}/` : plural));
}
