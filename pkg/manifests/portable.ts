/** The part of this package that runs in browsers too: nothing here reaches a module of Node's. */
export { inApplyOrder } from "./apply-order.ts";
export { applyOptions, type CheckedManifest, checkSet } from "./check-set.ts";
export { locateSet } from "./locate.ts";
export { faultText, type LocatedManifest } from "./manifest.ts";
export { objectChanges } from "./object-changes.ts";
export { parseManifests } from "./parse-manifests.ts";
