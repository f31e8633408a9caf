/** Lists of machines as people have them: a line each, or an inventory of Ansible's. Pure: texts in, entries of a pool out. */
export type { InventoryMachines } from "./ansible-model.ts";
export { type HostEntry, hostLines, type Place, parsePlace, readHostList } from "./hosts.ts";
export { readInventory } from "./read-inventory.ts";
