import { type Application, type Component, type KindInfo, type KubeObject, kinds } from "../api/index.ts";
import { type Identity, refusal } from "../auth/index.ts";
import { measureOf, priorityName } from "../quota/index.ts";
import type { Backend } from "./backend.ts";
import { forbidden } from "./errors.ts";

/** The right to be more important than others; no built-in role but cluster-admin has it. */
const verb = "prioritize";

export interface PrioritizedWrite {
  readonly kind: KindInfo;
  readonly object: KubeObject;
  readonly old: KubeObject | undefined;
}

/**
 * Above 0 a priority takes machines from who asked for nothing. Where a quota of the namespace names the highest, that holds
 * for all who write there; where none does, raising one above 0 needs a right of its own. Throws Forbidden.
 */
export function checkPriority(backend: Backend, { kind, object, old }: PrioritizedWrite, identity: Identity): void {
  const wanted = priorityOf(kind, object);
  if (wanted <= 0 || (old !== undefined && wanted <= priorityOf(kind, old))) return;
  const { namespace = "", name = "" } = object.metadata;
  if (backend.quotas.quotasOf(namespace).some(({ spec }) => Object.keys(spec.hard).some(isPriority))) return;
  const { group, plural: resource } = kind;
  const attributes = { kind: "resource", verb, group, resource, namespace, name } as const;
  const decision = backend.authorizer.decide(identity, attributes);
  if (decision.allowed) return;
  const why = `${refusal(identity, attributes, decision)}: a priority above 0 needs it, or a ResourceQuota with ${priorityName}`;
  const message = `Forbidden: ${why}`;
  throw forbidden(kind, name, why, [{ reason: "FieldValueForbidden", field: "spec.priority", message }]);
}

function isPriority(name: string): boolean {
  return measureOf(name) === priorityName;
}

function priorityOf(kind: KindInfo, object: KubeObject): number {
  if (kind.kind === kinds.Application.kind) return (object as Application).spec.priority;
  return kind.kind === kinds.Component.kind ? (object as Component).spec.priority : 0;
}
