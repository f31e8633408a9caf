/** Work phases: makes their items, gives them to members, and keeps what comes of each. */
export type { ItemRequest, ItemResults, ItemSource } from "./ports.ts";
export { makeWorkController } from "./reconcile.ts";
