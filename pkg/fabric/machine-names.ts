import type { ResourcePool } from "../api/index.ts";

/** Of the pool's name, so that with the rest no cloud finds a name too long. */
const maxPoolName = 40;

/** What names of machines begin with that are made for the pool; no other pool's do, not even one of its name before it. */
export function machinePrefix({ metadata }: ResourcePool): string {
  const name = (metadata.name ?? "").slice(0, maxPoolName).replace(/[.-]+$/, "");
  return `${name}-${(metadata.uid ?? "").slice(0, 8)}-`;
}

/** Of a machine that was made for the pool; undefined where it was not. */
export function machineNumber(pool: ResourcePool, name: string): number | undefined {
  const prefix = machinePrefix(pool);
  if (!name.startsWith(prefix)) return undefined;
  const digits = name.slice(prefix.length);
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : undefined;
}
