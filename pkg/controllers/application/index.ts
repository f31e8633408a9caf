/** Applications: their components and phases, from the first machine to the last thing cleaned up. */
export { makeApplicationController } from "./reconcile.ts";
