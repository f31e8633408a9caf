/**
 * Changes to objects as pure functions: merge patch, JSON patch, server-side apply with its record of who owns which
 * field.
 */
export {
  type ApplyConflict,
  type ApplyInput,
  type ApplyOutcome,
  applyConfiguration,
  lastAppliedAnnotation,
  refreshLastApplied,
} from "./apply.ts";
export type { FieldSet } from "./field-set.ts";
export { equalJson, isObject, type JsonObject } from "./json.ts";
export { applyJsonPatch } from "./json-patch.ts";
export { hunksOf, type LineEdit, lineEdits } from "./line-edits.ts";
export { decodeManagedFields, type Manager, type Ownership, trackUpdate, type UpdateInput } from "./managed-fields.ts";
export { applyMergePatch, makeMergePatch } from "./merge-patch.ts";
export { applyStrategicPatch } from "./strategic-merge.ts";
export { makeTypeReader, objectType, type RefResolver, type TypeNode, untyped } from "./type-node.ts";
export { dig, type Fields, fields, list, text } from "./wire-fields.ts";
