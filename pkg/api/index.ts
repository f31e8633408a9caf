/** Objects, kinds and their pure helpers: the vocabulary of everything above. */

export { type Kinds, kinds } from "./generated/kinds.ts";
export type * from "./generated/types.ts";
export type { JsonSchema } from "./json-schema.ts";
export { apiVersionOf, type KindInfo, type PrinterColumn, qualifiedResource } from "./kind-info.ts";
export {
  type Condition,
  type ConditionStatus,
  type KubeObject,
  keyOf,
  keyText,
  type ManagedFieldsEntry,
  type ObjectKey,
  type ObjectMeta,
  type OwnerReference,
} from "./object.ts";
export { allKinds, kindByName, kindByResource } from "./registry.ts";
