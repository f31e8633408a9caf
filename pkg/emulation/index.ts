/** Real hosts on one machine: network namespaces, overlays, an SSH server each, and their faults. */
export { cleanUpEmulation, Emulation, type EmulationOptions } from "./emulation.ts";
export { EmulatedHost } from "./host.ts";
export { compareListings, type HostListing } from "./listing.ts";
export { controllerAddress, hostAddress } from "./network.ts";
