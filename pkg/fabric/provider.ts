import type { PoolProvider, Resource, ResourcePool } from "../api/index.ts";
import type { Connector } from "./fabric.ts";
import type { MachineMaker, MachineSpec, ProviderPorts } from "./machine-maker.ts";

export interface Reach {
  readonly connector: Connector;
  /** Changes when anything about how to reach the machine does: for HostConfig. */
  readonly fingerprint: string;
}

/** A source of machines, and the way to them. */
export interface Provider {
  /** The field of ResourcePool.spec.provider that asks for it. */
  readonly name: keyof PoolProvider;
  /**
   * The machines that the manifest itself names, in order: a pure function of the pool. None where only spec.size says how
   * many there are. Throws StatusError Invalid.
   */
  machines(pool: ResourcePool): readonly MachineSpec[];
  /** Makes the machines and takes them back. Absent: they are there, and nobody here can make or stop one. */
  readonly maker?: MachineMaker;
  /**
   * The way to a machine. `pool` is undefined for a Resource that belongs to none. Rejects with StatusError NotFound,
   * naming it, where a Secret is missing, and with Invalid where it holds no usable key.
   */
  reach(resource: Resource, pool: ResourcePool | undefined, ports: ProviderPorts): Promise<Reach>;
}
