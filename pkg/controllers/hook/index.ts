/** Hooks: whether each can be asked, and what its last call gave. */
export { type HookPorts, makeHookController } from "./reconcile.ts";
