/** Barriers that processes enter from inside. */
export { makeBarrierController } from "./reconcile.ts";
