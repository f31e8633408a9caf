/** Real hosts on one machine: network namespaces, overlays, an SSH server each, what lies between their sites, and their faults. */
export { cleanUpEmulation } from "./clean-up.ts";
export { Emulation, type EmulationOptions, type HostSpec, type WorldOptions } from "./emulation.ts";
export { EmulatedHost } from "./host.ts";
export type { HostListing } from "./listing.ts";
export { type AddressRange, networkNames } from "./network.ts";
export { directoryOf, emulationBase } from "./places.ts";
export type { Topology, TopologyLink, TopologySite } from "./topology.ts";
