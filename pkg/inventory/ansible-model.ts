import { isDnsSubdomain, isLabelKey } from "../api/index.ts";
import type { HostEntry } from "./hosts.ts";

export type Variables = Readonly<Record<string, string>>;

/** An inventory as it is written, whatever its format. */
export interface Inventory {
  /** Variables that stand at a host, by its name. */
  readonly hosts: ReadonlyMap<string, Variables>;
  readonly groups: ReadonlyMap<string, InventoryGroup>;
}

export interface InventoryGroup {
  readonly hosts: readonly string[];
  readonly children: readonly string[];
  readonly variables: Variables;
}

/** Machines of an inventory, and what it says of all of them alike. */
export interface InventoryMachines {
  readonly entries: readonly HostEntry[];
  /** Of all that name one; undefined where there is none. */
  readonly user?: string;
  readonly keyFile?: string;
  /** Whether any of them is to become root. */
  readonly sudo: boolean;
}

/** Groups that every inventory has. */
const implied = new Set(["all", "ungrouped"]);

/**
 * What of an inventory is about reaching machines: ansible_host, _port, _user, _ssh_private_key_file and _become. A group
 * becomes a label of its name. A variable that stands nearer to the host wins, as with Ansible. Machines of other
 * connections than SSH (ansible_connection: local, winrm) are left out.
 */
export function machinesOf(inventory: Inventory, limit?: string): InventoryMachines {
  const names = limit === undefined ? [...inventory.hosts.keys()] : membersOf(inventory, limit);
  const machines = names.map((name) => ({ name, groups: groupsOf(inventory, name) }));
  const resolved = machines
    .map(({ name, groups }) => ({ name, groups, variables: variablesOf(inventory, name, groups) }))
    .filter(({ variables }) => isSsh(variables["ansible_connection"]));
  const users = distinct(resolved.map(({ variables }) => userOf(variables)));
  const keys = distinct(resolved.map(({ variables }) => variables["ansible_ssh_private_key_file"]));
  return {
    entries: resolved.map((machine) => entryOf(machine, users.length > 1)),
    ...(users.length === 1 && { user: users[0] ?? "" }),
    ...(keys.length === 1 && { keyFile: keys[0] ?? "" }),
    sudo: resolved.some(({ variables }) => /^(yes|true|1|on)$/i.test(variables["ansible_become"] ?? "")),
  };
}

interface ResolvedHost {
  readonly name: string;
  readonly groups: readonly string[];
  readonly variables: Variables;
}

function entryOf({ name, groups, variables }: ResolvedHost, withUser: boolean): HostEntry {
  const address = variables["ansible_host"] ?? variables["ansible_ssh_host"] ?? name;
  const port = variables["ansible_port"] ?? variables["ansible_ssh_port"];
  const user = userOf(variables);
  const labels = groups.filter((group) => !implied.has(group) && isLabelKey(group));
  const own = name.toLowerCase().replaceAll("_", "-");
  const ssh = {
    ...(withUser && user !== undefined && { user }),
    ...(port !== undefined && /^\d+$/.test(port) && { port: Number(port) }),
  };
  return {
    address,
    ...(own !== address && isDnsSubdomain(own) && { name: own }),
    ...(labels.length > 0 && { labels: Object.fromEntries(labels.map((label) => [label, "true"])) }),
    ...(Object.keys(ssh).length > 0 && { ssh }),
  };
}

function userOf(variables: Variables): string | undefined {
  return variables["ansible_user"] ?? variables["ansible_ssh_user"];
}

function isSsh(connection = "ssh"): boolean {
  return connection === "ssh" || connection === "smart" || connection === "paramiko";
}

/** Groups that a host is in, outermost first: what stands later wins. */
function groupsOf({ groups }: Inventory, host: string): readonly string[] {
  const found = new Map<string, number>();
  const climb = (name: string, depth: number): void => {
    if (depth > groups.size || (found.get(name) ?? -1) >= depth) return;
    found.set(name, depth);
    for (const [parent, { children }] of groups) if (children.includes(name)) climb(parent, depth + 1);
  };
  for (const [name, { hosts }] of groups) if (hosts.includes(host)) climb(name, 0);
  return [...found]
    .sort(([one, depth], [other, otherDepth]) => otherDepth - depth || (one < other ? -1 : 1))
    .map(([name]) => name);
}

function variablesOf({ groups, hosts }: Inventory, host: string, inGroups: readonly string[]): Variables {
  const ofGroups = ["all", ...inGroups].map((name) => groups.get(name)?.variables ?? {});
  return Object.assign({}, ...ofGroups, hosts.get(host) ?? {}) as Variables;
}

/** A group's hosts and those of the groups in it; a host by its own name. */
function membersOf({ groups, hosts }: Inventory, name: string): readonly string[] {
  const reached = new Set<string>();
  const members = new Set<string>();
  const descend = (group: string): void => {
    if (reached.has(group)) return;
    reached.add(group);
    for (const host of groups.get(group)?.hosts ?? []) members.add(host);
    for (const child of groups.get(group)?.children ?? []) descend(child);
  };
  descend(name);
  if (hosts.has(name)) members.add(name);
  return name === "all" ? [...hosts.keys()] : [...members];
}

function distinct(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
