/** Real hosts on one machine: network namespaces, overlays, an SSH server each, what lies between their sites, and their faults. */
export { Emulation, type EmulationOptions, type HostSpec, type WorldOptions } from "./emulation.ts";
export { EmulatedHost } from "./host.ts";
export type { HostListing } from "./listing.ts";
export type { Topology, TopologyLink, TopologySite } from "./topology.ts";
