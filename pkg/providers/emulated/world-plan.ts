import type { ResourcePool } from "../../api/index.ts";
import { memoryBytes } from "../../api/index.ts";
import { durationMs } from "../../clock/index.ts";
import type { AddressRange, HostSpec, Topology } from "../../emulation/index.ts";
import type { MachineSpec } from "../../fabric/index.ts";
import { machineIndex } from "../made/index.ts";

/** How many pools a computer has addresses for. */
export const rangeCount = 128;

/** 198.18.0.0/15 is set aside for tests of networks and is nobody's: each pool has one of its parts of 1,022 addresses. */
export function rangeOf(slot: number): AddressRange {
  return { base: `198.${18 + (slot >> 6)}.${(slot & 63) * 4}.0`, prefix: 22 };
}

/** What lies between the pool's sites. */
export function topologyOf({ spec }: ResourcePool): Topology {
  const { sites = [], links = [], serverSite } = spec.provider.emulated?.topology ?? {};
  return {
    sites,
    links: links.map(({ from, to, rtt, jitter, lossPercent, bandwidth }) => ({
      from,
      to,
      ...(rtt !== undefined && { rttMs: durationMs(rtt) }),
      jitterMs: durationMs(jitter),
      loss: lossPercent / 100,
      ...(bandwidth !== undefined && { bandwidth: memoryBytes(bandwidth) }),
    })),
    ...(serverSite !== undefined && { serverSite }),
  };
}

/** The host that a name stands for. Throws StatusError Invalid where it is none of the pool's. */
export function hostOf(pool: ResourcePool, name: string): HostSpec {
  const index = machineIndex(pool, name);
  const site = siteOf(pool, index)?.name;
  return { index, name, ...(site !== undefined && { site }) };
}

/** How the machine of this number is reached; `address` gives its address. */
export function machineOf(
  pool: ResourcePool,
  index: number,
  address: (index: number) => string,
): Omit<MachineSpec, "name"> {
  const site = siteOf(pool, index);
  return {
    address: address(index),
    port: 22,
    labels: site === undefined ? {} : { site: site.name },
    ...(site?.location !== undefined && { location: site.location }),
    ssh: { user: "root" },
  };
}

/** In turn: a pool that grows or shrinks moves nobody. */
function siteOf(pool: ResourcePool, index: number) {
  const { sites = [] } = pool.spec.provider.emulated?.topology ?? {};
  return sites[(index - 1) % Math.max(1, sites.length)];
}
