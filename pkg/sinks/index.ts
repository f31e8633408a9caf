/** Sinks of Events: sent out over HTTP, in order and at least once, from where each had come. */
export { type CredentialFault, credentialsOf } from "./credentials.ts";
export type { SinkPorts, SinkProgress } from "./sink-runner.ts";
export { Sinks } from "./sinks.ts";
