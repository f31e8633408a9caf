import type { StatusCause } from "../status/index.ts";
import { duplicate, invalidValue } from "./causes.ts";
import type { Location, Requests, SshOverrides, StaticHost } from "./generated/types.ts";
import { isDnsSubdomain } from "./names.ts";

/** One machine of a static pool: what its Resource is made of. */
export interface StaticMachine {
  /** Name of the Resource. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly dataAddress?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly location?: Location;
  readonly ssh?: SshOverrides;
  readonly capacity?: Requests;
}

/** The machines that a list stands for, and what is wrong with it; `field` is the path of the list. */
export interface ExpandedHosts {
  readonly machines: readonly StaticMachine[];
  readonly faults: readonly StatusCause[];
}

/** So many machines may one entry stand for. */
const maxPerEntry = 10_000;

/**
 * Expands patterns ("10.0.0.[1-50]", "n[01-16,20]") into machines. An entry's name has to stand for as many names as its
 * address for addresses; without one the name is the address in lower case with "-" for what a name may not have.
 */
export function expandHosts(hosts: readonly StaticHost[], defaultPort: number, field: string): ExpandedHosts {
  const machines: StaticMachine[] = [];
  const faults: StatusCause[] = [];
  for (const [index, host] of hosts.entries()) {
    const expanded = expandEntry(host, defaultPort, `${field}[${index}]`);
    machines.push(...expanded.machines);
    faults.push(...expanded.faults);
  }
  return { machines, faults: [...faults, ...repeated(machines, field)] };
}

function expandEntry(host: StaticHost, defaultPort: number, field: string): ExpandedHosts {
  const addresses = expandPattern(host.address);
  if (addresses === undefined)
    return { machines: [], faults: [invalidValue(`${field}.address`, host.address, patternRule)] };
  const count = addresses.length;
  const names = host.name === undefined ? addresses.map(nameOfAddress) : expandPattern(host.name);
  const dataAddresses = host.dataAddress === undefined ? undefined : expandPattern(host.dataAddress);
  const faults = [
    ...countFaults(`${field}.name`, host.name, names, count),
    ...countFaults(`${field}.dataAddress`, host.dataAddress, dataAddresses, count),
    ...nameFaults(host, names ?? [], field),
  ];
  if (faults.length > 0 || names === undefined) return { machines: [], faults };
  const machines = addresses.map((address, index): StaticMachine => {
    const dataAddress = dataAddresses?.[index];
    return {
      name: names[index] ?? "",
      address,
      port: host.ssh?.port ?? defaultPort,
      labels: host.labels,
      ...(dataAddress !== undefined && { dataAddress }),
      ...(host.location !== undefined && { location: host.location }),
      ...(host.ssh !== undefined && { ssh: host.ssh }),
      ...(host.capacity !== undefined && { capacity: host.capacity }),
    };
  });
  return { machines, faults: [] };
}

const patternRule = `must be text with at most ${maxPerEntry} numbers in brackets, such as 10.0.0.[1-50] or n[01-16,20]`;
const nameRule =
  "must be a DNS name (a-z, 0-9, - and ., starting and ending with a letter or digit, at most 253 characters)";

function countFaults(
  field: string,
  text: string | undefined,
  expanded: readonly string[] | undefined,
  count: number,
): StatusCause[] {
  if (text === undefined) return [];
  if (expanded === undefined) return [invalidValue(field, text, patternRule)];
  if (expanded.length === count) return [];
  return [invalidValue(field, text, `stands for ${expanded.length}, but the address stands for ${count}`)];
}

function nameFaults(host: StaticHost, names: readonly string[], field: string): StatusCause[] {
  const bad = names.find((name) => !isDnsSubdomain(name));
  if (bad === undefined) return [];
  return host.name === undefined
    ? [invalidValue(`${field}.address`, host.address, `gives the name ${JSON.stringify(bad)}: set name`)]
    : [invalidValue(`${field}.name`, host.name, nameRule)];
}

function nameOfAddress(address: string): string {
  return address.toLowerCase().replaceAll(/[^a-z0-9.-]/g, "-");
}

function repeated(machines: readonly StaticMachine[], field: string): StatusCause[] {
  const names = new Set<string>();
  const endpoints = new Set<string>();
  const faults: StatusCause[] = [];
  for (const { name, address, port } of machines) {
    const endpoint = `${address}:${port}`;
    if (endpoints.has(endpoint)) faults.push(duplicate(field, endpoint));
    else if (names.has(name)) faults.push(duplicate(field, name));
    names.add(name);
    endpoints.add(endpoint);
  }
  return faults;
}

/** All texts that a pattern stands for, leftmost bracket slowest; undefined where it is none or stands for too many. */
export function expandPattern(pattern: string): readonly string[] | undefined {
  const pieces = pattern.split(/(\[[^\]]*\])/);
  let texts: readonly string[] = [""];
  for (const piece of pieces) {
    const choices = choicesOf(piece);
    if (choices === undefined || texts.length * choices.length > maxPerEntry) return undefined;
    texts = texts.flatMap((text) => choices.map((choice) => text + choice));
  }
  return texts;
}

function choicesOf(piece: string): readonly string[] | undefined {
  if (!/[[\]]/.test(piece)) return [piece];
  if (!/^\[\d{1,9}(-\d{1,9})?(,\d{1,9}(-\d{1,9})?)*\]$/.test(piece)) return undefined;
  const choices: string[] = [];
  for (const range of piece.slice(1, -1).split(",")) {
    const [first = "", last = first] = range.split("-");
    if (Number(last) < Number(first) || Number(last) - Number(first) >= maxPerEntry) return undefined;
    const width = first.startsWith("0") ? first.length : 0;
    for (let number = Number(first); number <= Number(last); number++)
      choices.push(String(number).padStart(width, "0"));
  }
  return choices;
}
