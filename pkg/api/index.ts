/** Objects, kinds and their pure helpers: the vocabulary of everything above. */
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
