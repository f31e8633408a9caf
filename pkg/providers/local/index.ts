/** Machines made on the server's own computer: an agent each, with its own directory and loopback address. Linux only. */
export { type LocalProvider, type LocalProviderOptions, makeLocalProvider } from "./local-provider.ts";
