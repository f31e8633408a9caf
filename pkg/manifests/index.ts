/**
 * Manifests: objects as files hold them, with the line of each field; the order in which a set is applied, its dry run as a
 * whole, and the packing of files that they name. For whoever applies sets: the command line and GitSync.
 */
export { inApplyOrder } from "./apply-order.ts";
export { type ApplyWord, applyWord } from "./apply-word.ts";
export { applyOptions, type CheckedManifest, type CheckedSet, checkSet } from "./check-set.ts";
export { causeText, faultsOf } from "./faults.ts";
export { fieldChanges } from "./field-changes.ts";
export { fileAt, filePlaces, withBlob } from "./file-places.ts";
export { folderOf, locateSet } from "./locate.ts";
export {
  faultText,
  type LocatedManifest,
  type Manifest,
  type ManifestFault,
  type ManifestText,
  placeManifest,
} from "./manifest.ts";
export { objectChanges } from "./object-changes.ts";
export { kindSchema, memberSchema, resolveSchema } from "./open-api.ts";
export { type PackedFile, packSource } from "./pack.ts";
export { parseManifests } from "./parse-manifests.ts";
export { queryGroup } from "./query-group.ts";
export { selectFiles } from "./select-files.ts";
export type { Value, Values } from "./substitute.ts";
