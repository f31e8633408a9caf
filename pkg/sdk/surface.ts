/** What both entries of the package have: the one for Node, and the one for browsers. */
export type * from "../api/generated/types.ts";
export {
  apiVersionOf,
  type Condition,
  type ConditionStatus,
  findCondition,
  isTrue,
  type KindInfo,
  type Kinds,
  type KubeObject,
  keyOf,
  keyText,
  kinds,
  labels,
  type ManagedFieldsEntry,
  type ObjectKey,
  type ObjectMeta,
  type OwnerReference,
} from "../api/index.ts";
export type {
  CallOptions,
  CommandOptions,
  CommandOutput,
  CommandStream,
  DeleteOptions,
  JsonPatchOperation,
  ListOptions,
  ObjectList,
  Patch,
  Query,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "../client/portable.ts";
export type { Selection } from "../informer/index.ts";
export { isReason, type StatusCause, type StatusDetails, StatusError, type StatusReason } from "../status/index.ts";
export type { Answer } from "./answer.ts";
export type { Client, KindClients } from "./client.ts";
export type { InformerOptions } from "./connection.ts";
export { defineKind } from "./define-kind.ts";
export type { KindClient, Located } from "./kind-client.ts";
export type { Manifest } from "./manifest.ts";
export type { RawRequest } from "./raw-request.ts";
export type { InformerHandlers, ResourceInformer, WaitOptions } from "./resource-informer.ts";
