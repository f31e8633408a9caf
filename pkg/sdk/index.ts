/**
 * The client for programs, published as plush-client: kinds with their types, all verbs, informers. This entry runs where
 * fetch does; node.ts is the one for Node, with kubeconfigs.
 */
export { type BrowserOptions, connect } from "./connect-fetch.ts";
export * from "./surface.ts";
