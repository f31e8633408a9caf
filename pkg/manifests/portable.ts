/** The part of this package that runs in browsers too: nothing here reaches a module of Node's. */
export { inApplyOrder } from "./apply-order.ts";
export { type ApplyWord, applyWord } from "./apply-word.ts";
export { applyOptions, type CheckedManifest, checkSet } from "./check-set.ts";
export { causesOf } from "./faults.ts";
export { locateSet } from "./locate.ts";
export type { LocatedManifest, Manifest } from "./manifest.ts";
export { objectChanges } from "./object-changes.ts";
export { kindSchema, memberSchema, resolveSchema } from "./open-api.ts";
export { parseManifests } from "./parse-manifests.ts";
export { queryGroup } from "./query-group.ts";
