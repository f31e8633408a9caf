/** Real hosts on one machine: network namespaces, overlays, an SSH server each, and their faults. */
export { Emulation, type EmulationOptions } from "./emulation.ts";
export { EmulatedHost } from "./host.ts";
export type { HostListing } from "./listing.ts";
