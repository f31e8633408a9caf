/** Pools: sources of machines, each machine a Resource. */
export type { PoolPorts } from "./observe.ts";
export { makePoolController } from "./reconcile.ts";
