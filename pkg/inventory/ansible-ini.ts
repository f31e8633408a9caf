import type { Inventory, InventoryGroup, Variables } from "./ansible-model.ts";
import { expandRange } from "./host-range.ts";

type Section = { readonly group: string; readonly of: "hosts" | "children" | "vars" };

/** Reads an inventory in Ansible's INI format. Throws with the line where something cannot be read. */
export function readIniInventory(text: string): Inventory {
  const hosts = new Map<string, Variables>();
  const groups = new Map<string, InventoryGroup>();
  const change = (name: string, more: (group: InventoryGroup) => Partial<InventoryGroup>): void => {
    const group = groups.get(name) ?? { hosts: [], children: [], variables: {} };
    groups.set(name, { ...group, ...more(group) });
  };
  let section: Section = { group: "ungrouped", of: "hosts" };
  for (const [index, line] of text.split("\n").entries()) {
    const words = wordsOf(line);
    const [first] = words;
    if (first === undefined) continue;
    const header = sectionOf(line.trim(), index);
    if (header !== undefined) {
      section = header;
      change(section.group, () => ({}));
    } else if (section.of === "vars") {
      const variables = assignment(line.trim().replace(/\s*=\s*/, "="), index);
      change(section.group, (group) => ({ variables: { ...group.variables, ...variables } }));
    } else if (section.of === "children") {
      change(section.group, ({ children }) => ({ children: [...children, first] }));
    } else {
      const variables: Variables = Object.assign({}, ...words.slice(1).map((word) => assignment(word, index)));
      const names = expandRange(first);
      for (const name of names) hosts.set(name, { ...hosts.get(name), ...variables });
      change(section.group, (group) => ({ hosts: [...group.hosts, ...names] }));
    }
  }
  return { hosts, groups };
}

/** Undefined where the line is none; a host may be called "[a:c].example.com". */
function sectionOf(line: string, index: number): Section | undefined {
  const [, group, of = "hosts"] = /^\[([^\]:\s]+)(?::(hosts|children|vars))?\]$/.exec(line) ?? [];
  if (group !== undefined) return { group, of: of as Section["of"] };
  if (!/^\[[^\]]*\]?$/.test(line)) return undefined;
  throw new Error(`line ${index + 1}: ${line} is no section: [GROUP], [GROUP:children] or [GROUP:vars]`);
}

/** Words of a line; quotes keep spaces, and what follows # or ; is left out. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/[#;].*$|(?:[^\s"']|"[^"]*"|'[^']*')+/g)) {
    if (/^[#;]/.test(word)) break;
    words.push(word);
  }
  return words;
}

function assignment(word: string, index: number): Variables {
  const [, key, value] = /^([\w.-]+)=(.*)$/.exec(word) ?? [];
  if (key === undefined || value === undefined)
    throw new Error(`line ${index + 1}: ${JSON.stringify(word)} is not VARIABLE=VALUE`);
  return { [key]: value.replace(/^(["'])(.*)\1$/, "$2") };
}
