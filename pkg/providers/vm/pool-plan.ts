import type { ResourcePool } from "../../api/index.ts";
import { memoryBytes } from "../../api/index.ts";
import type { MachineSpec } from "../../fabric/index.ts";

/** The port on which machines' SSH servers are reached, each at its own loopback address. */
const sshPort = 2222;

/** Where a look from outside is answered by the machine's kernel, at the same address. */
export const lookPort = 2223;

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

/** How the machine of this number is reached, and how by its neighbours. */
export function machineOf({ hash }: VmPool, index: number): Omit<MachineSpec, "name"> {
  const number = 1 + ((hash.readUInt32BE(0) + index) % 65_534);
  return {
    address: `127.89.${number >> 8}.${number & 255}`,
    port: sshPort,
    dataAddress: `10.89.${index >> 8}.${index & 255}`,
    labels: {},
    ssh: { user: "root" },
  };
}
