/** Machines that are there, reached over SSH. */
export { makeStaticProvider, type StaticProviderOptions } from "./static-provider.ts";
