import { type HostEntry, hostLines, readHostList, readInventory } from "../../inventory/index.ts";

/** What was pasted as machines. */
export interface ReadHosts {
  readonly form: "list" | "lines" | "inventory";
  readonly entries: readonly HostEntry[];
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
    if (form === "inventory") {
      const { entries, user, sudo } = readInventory(text);
      return { form, entries, sudo, ...(user !== undefined && { user }) };
    }
    return {
      form,
      entries: form === "lines" ? hostLines(withoutCommas(text)) : readHostList(text.trim()),
      sudo: false,
    };
  } catch (error) {
    return { form, entries: [], sudo: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** People end lines with commas. */
function withoutCommas(text: string): string {
  return text.replace(/,\s*$/gm, "");
}
