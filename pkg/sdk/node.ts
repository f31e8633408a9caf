/** The client for programs, in Node: as in a browser, and with kubeconfigs, certificates and credential programs. */
export { type ConnectOptions, connect, type KubeconfigOptions, type ServerOptions } from "./connect-node.ts";
export * from "./surface.ts";
