/** Components: as many claims as members are wanted, updated one after another. */
export { makeComponentController } from "./reconcile.ts";
