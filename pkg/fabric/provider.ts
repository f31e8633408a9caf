import type { Location, Requests, Resource, ResourcePool, Secret, SshOverrides } from "../api/index.ts";
import type { Connector } from "./fabric.ts";

/** One machine that a pool should have: what its Resource is made of. */
export interface MachineSpec {
  /** Name of the Resource. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly dataAddress?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly location?: Location;
  readonly capacity?: Requests;
  readonly ssh?: SshOverrides;
}

/** What a provider may read besides the objects it is given; undefined where there is no such Secret. */
export interface ProviderPorts {
  readonly secret: (ref: { readonly namespace: string; readonly name: string }) => Promise<Secret | undefined>;
}

export interface Reach {
  readonly connector: Connector;
  /** Changes when anything about how to reach the machine does: for HostConfig. */
  readonly fingerprint: string;
}

/** A source of machines, and the way to them. */
export interface Provider {
  /** The field of ResourcePool.spec.provider that asks for it. */
  readonly name: "static" | "local";
  /** The machines that the pool should have, in order; a pure function of the pool. Throws StatusError Invalid. */
  machines(pool: ResourcePool): readonly MachineSpec[];
  /**
   * The way to a machine. `pool` is undefined for a Resource that belongs to none. Rejects with StatusError NotFound,
   * naming it, where a Secret is missing, and with Invalid where it holds no usable key.
   */
  reach(resource: Resource, pool: ResourcePool | undefined, ports: ProviderPorts): Promise<Reach>;
  /**
   * Stops a machine for certain, whatever state it is in: when this resolves, nothing that ran there before runs any
   * more, nor ever will; the machine may start again, under another boot identity. Rejects where that cannot be promised.
   * Absent: the provider has no such power.
   */
  fence?(resource: Resource, pool: ResourcePool | undefined, ports: ProviderPorts): Promise<void>;
}
