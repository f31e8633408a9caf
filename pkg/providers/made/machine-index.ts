import type { ResourcePool } from "../../api/index.ts";
import { machineNumber } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";

/** Numbers up to here are those of machines that the manifest counts; the rest those of machines made for the pool's size. */
const maxCounted = 500;
const maxIndex = 1000;

/**
 * The place of a machine among those of its pool, 1 to 1000, of which addresses are made. Machines that were made for the
 * pool's size have numbers that only grow: their places come round again, long after the machine before is gone.
 * Throws StatusError Invalid where the name is none of the pool's.
 */
export function machineIndex(pool: ResourcePool, name: string): number {
  const made = machineNumber(pool, name);
  if (made !== undefined) return maxCounted + 1 + ((made - 1) % (maxIndex - maxCounted));
  const prefix = `${pool.metadata.name ?? ""}-`;
  const digits = name.slice(prefix.length);
  if (name.startsWith(prefix) && /^[1-9]\d{0,2}$/.test(digits) && Number(digits) <= maxCounted) return Number(digits);
  throw new StatusError("Invalid", `${name}: machines of this pool are called ${prefix}1 to ${prefix}${maxCounted}`);
}
