/**
 * Resources: one machine each. Brings machines under an agent, writes what is seen of them, pays off what they still
 * hold, and leaves them as they were. Takes no decision about claims.
 */
export type { ResourcePorts } from "./observe.ts";
export { makeResourceController } from "./reconcile.ts";
