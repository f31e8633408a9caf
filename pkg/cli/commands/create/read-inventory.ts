import { readFileSync } from "node:fs";
import { type InventoryMachines, readInventory } from "../../../inventory/index.ts";
import { UsageError } from "../../usage-error.ts";

/** Reads an Ansible inventory, "FILE" or "FILE:GROUP". Throws UsageError where it cannot be read or names no machine. */
export function readAnsibleInventory(place: string): InventoryMachines {
  const { file, text, group } = open(place);
  let machines: InventoryMachines;
  try {
    machines = readInventory(text, { file, group });
  } catch (error) {
    throw new UsageError(`--from-ansible ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (machines.entries.length > 0) return machines;
  throw new UsageError(
    `--from-ansible ${place}: no host that is reached by SSH${group === undefined ? "" : ` in group ${group}`}`,
  );
}

function open(place: string): { readonly file: string; readonly text: string; readonly group?: string } {
  const whole = textOf(place);
  if (whole !== undefined) return { file: place, text: whole };
  const colon = place.lastIndexOf(":");
  const [file, group] = [place.slice(0, colon), place.slice(colon + 1)];
  const text = colon > 0 ? textOf(file) : undefined;
  if (text === undefined) throw new UsageError(`--from-ansible ${place}: there is no such file`);
  return { file, text, group };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
