/** List + watch made into a cache that is read synchronously. */
export type { Cache } from "./cache.ts";
export { Informer, type InformerOptions, type Selection } from "./informer.ts";
export { ObjectCache } from "./object-cache.ts";
export type { ChangeHandler, ObjectSource } from "./object-source.ts";
