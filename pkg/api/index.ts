/** Objects, kinds and their pure helpers: the vocabulary of everything above. */

export { duplicate, forbidden, invalidValue, notSupported, required, tooLong } from "./causes.ts";
export {
  type ConditionInput,
  findCondition,
  isTrue,
  nextCondition,
  setCondition,
} from "./conditions.ts";
export { minimumReady, resolveCount } from "./count.ts";
export { type Decoded, decodeObject, decodeStatus, mustDecode } from "./decode.ts";
export { type FieldRequirement, matchesFields, parseFieldSelector, unsupportedField } from "./field-selector.ts";
export { type Collections, collections } from "./generated/collections.ts";
export { type Kinds, kinds } from "./generated/kinds.ts";
export type { Manifests } from "./generated/manifests.ts";
export { openApiSchemas } from "./generated/openapi.ts";
export type * from "./generated/types.ts";
export { type ExpandedHosts, expandHosts, expandPattern, type StaticMachine } from "./host-pattern.ts";
export type { JsonSchema } from "./json-schema.ts";
export { apiVersionOf, type KindInfo, type PrinterColumn, qualifiedResource } from "./kind-info.ts";
export { type LabelRequirement, matchesLabels, parseLabelSelector, requirementsOf } from "./label-selector.ts";
export { isGoingBack, usingPool } from "./loans.ts";
export {
  type AttributeMatch,
  type MachineAttribute,
  machineAttribute,
  matchesMachine,
  noVariantText,
} from "./machine-variants.ts";
export {
  alternativeChildName,
  annotations,
  childName,
  cleanupFinalizer,
  isDnsLabel,
  isDnsSubdomain,
  isLabelKey,
  isLabelValue,
  labels,
  machineFinalizer,
  syncFinalizer,
} from "./names.ts";
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
export { conditionsOf, stateOf } from "./observed.ts";
export { controllerOf, controllerRef, isControlledBy, isDeleting } from "./owners.ts";
export { plainPath, readPath } from "./paths.ts";
export { type Pruned, pruneUnknown } from "./prune.ts";
export { cpuMillis, formatBytes, formatCpu, memoryBytes, parseQuantity } from "./quantity.ts";
export { allKinds, hasVerb, kindByName, kindByResource, sourceOf, storedKinds } from "./registry.ts";
export { schemaOf } from "./schema.ts";
export { secretText } from "./secret-data.ts";
