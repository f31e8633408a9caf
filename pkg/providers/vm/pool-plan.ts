import type { ResourcePool } from "../../api/index.ts";
import { memoryBytes } from "../../api/index.ts";
import type { MachineSpec } from "../../fabric/index.ts";
import { StatusError } from "../../status/index.ts";

/** The port on which machines' SSH servers are reached, each at its own loopback address. */
export const sshPort = 2222;

const maxIndex = 250;

/** What a pool's machines have in common. `hash` is the pool's own, evenly spread, of at least eight bytes. */
export interface VmPool {
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly group: string;
  readonly hash: Buffer;
}

export function vmPoolOf({ spec }: ResourcePool, hash: Buffer): VmPool {
  const { cpus = 1, memory = "512Mi", disk = "4Gi" } = spec.provider.vm ?? {};
  return {
    cpus,
    memoryBytes: memoryBytes(memory),
    diskBytes: memoryBytes(disk),
    // 239.192.0.0/14 is for networks of one's own; it does not leave the loopback device.
    group: `239.${192 + (hash.readUInt8(4) & 3)}.${hash.readUInt8(5)}.${1 + (hash.readUInt8(6) % 254)}:${20_000 + (hash.readUInt16BE(4) % 10_000)}`,
    hash,
  };
}

/** The number that a machine's name ends with. Throws StatusError Invalid where it has none. */
export function indexOf(pool: ResourcePool, name: string): number {
  const prefix = `${pool.metadata.name ?? ""}-`;
  const digits = name.slice(prefix.length);
  if (name.startsWith(prefix) && /^[1-9]\d*$/.test(digits) && Number(digits) <= maxIndex) return Number(digits);
  throw new StatusError("Invalid", `${name}: machines of this pool are called ${prefix}1 to ${prefix}${maxIndex}`);
}

/** How the machine of this number is reached, and how by its neighbours. */
export function machineOf({ hash }: VmPool, index: number): Omit<MachineSpec, "name"> {
  const number = 1 + ((hash.readUInt32BE(0) + index) % 65_534);
  return {
    address: `127.89.${number >> 8}.${number & 255}`,
    port: sshPort,
    dataAddress: `10.89.0.${index}`,
    labels: {},
    ssh: { user: "root" },
  };
}
