import { expandHosts } from "../../api/index.ts";
import {
  type HostEntry,
  hostLines,
  type InventoryMachines,
  readHostList,
  readInventory,
} from "../../inventory/index.ts";

/** What was pasted as machines. */
export interface ReadHosts {
  readonly form: "list" | "lines" | "inventory";
  readonly entries: readonly HostEntry[];
  /** How many the entries stand for. */
  readonly machines: number;
  /** What an inventory says of all of them. */
  readonly user?: string;
  readonly sudo: boolean;
  readonly problem?: string;
}

const isInventory = (text: string): boolean =>
  /^\s*\[[^\]\d][^\]]*\]\s*$|\bansible_\w+|^\s*(---|all:|hosts:)/m.test(text);

/** Reads a list, a line each, or an inventory of Ansible's, whichever it looks like. Throws nothing. */
export function readPastedHosts(text: string): ReadHosts {
  const form = isInventory(text) ? "inventory" : /[\n#=]/.test(text.trim()) ? "lines" : "list";
  try {
    const { entries, user, sudo } = readAs(form, text);
    const { machines, faults } = expandHosts(
      entries.map((entry) => ({ labels: {}, ...entry })),
      defaultPort,
      "",
    );
    return {
      ...{ form, entries, sudo, machines: machines.length },
      ...(user !== undefined && { user }),
      ...(faults[0] !== undefined && { problem: faults[0].message }),
    };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { form, entries: [], machines: 0, sudo: false, problem };
  }
}

const defaultPort = 22;

function readAs(form: ReadHosts["form"], text: string): InventoryMachines {
  if (form === "inventory") return readInventory(text);
  // People end lines with commas.
  const entries = form === "lines" ? hostLines(text.replace(/,\s*$/gm, "")) : readHostList(text.trim());
  return { entries, sudo: false };
}
