/** List + watch made into a cache that is read synchronously. */
export type { Cache } from "./cache.ts";
export { type ChangeHandler, Informer, type InformerOptions } from "./informer.ts";
