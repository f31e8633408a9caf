import { readIniInventory } from "./ansible-ini.ts";
import { type InventoryMachines, machinesOf } from "./ansible-model.ts";
import { readYamlInventory } from "./ansible-yaml.ts";

/** What is known of an inventory besides its text. */
export interface InventoryPlace {
  /** Its file's name. */
  readonly file?: string;
  /** The group whose machines are meant; absent: all. */
  readonly group?: string | undefined;
}

/** Reads an Ansible inventory, INI or YAML. Throws an Error with the line where it cannot be read. */
export function readInventory(text: string, { file = "", group }: InventoryPlace = {}): InventoryMachines {
  // INI is what is not plainly YAML, as with Ansible.
  const isYaml = /\.(ya?ml|json)$/.test(file) || /^\s*(---|all:|[\w-]+:\s*$)/m.test(text.split("\n[")[0] ?? "");
  return machinesOf(isYaml ? readYamlInventory(text) : readIniInventory(text), group);
}
