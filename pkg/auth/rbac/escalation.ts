import {
  type ClusterRole,
  type ClusterRoleBinding,
  type KindInfo,
  type KubeObject,
  kinds,
  type PolicyRule,
  type Role,
  type RoleBinding,
} from "../../api/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Authorizer } from "../authorize.ts";
import type { Identity } from "../identity.ts";
import { compactRules, describeRule, missingRules, quoteAll } from "./cover-rules.ts";
import { allRules } from "./policy-rule.ts";
import { roleNotFound } from "./rbac-authorizer.ts";

/** A write to a role or a binding, and who makes it. */
export interface RbacWrite {
  readonly authorizer: Authorizer;
  readonly identity: Identity;
  readonly kind: KindInfo;
  readonly object: KubeObject;
  readonly old: KubeObject | undefined;
}

/**
 * Throws Forbidden where the writer would give away what he does not have: a role must hold no rule that he lacks (verb
 * `escalate` lifts that), a binding must give no role with such a rule (verb `bind` lifts that).
 */
export function checkEscalation(write: RbacWrite): void {
  switch (write.kind) {
    case kinds.Role:
    case kinds.ClusterRole:
      checkRole(write, write.object as Role | ClusterRole);
      break;
    case kinds.RoleBinding:
    case kinds.ClusterRoleBinding:
      checkBinding(write, write.object as RoleBinding | ClusterRoleBinding);
      break;
    default:
  }
}

function checkRole(write: RbacWrite, role: Role | ClusterRole): void {
  const { authorizer, identity, kind, old } = write;
  const { name, namespace } = role.metadata;
  const may = authorizer.decide(identity, {
    kind: "resource",
    verb: "escalate",
    group: kind.group,
    resource: kind.plural,
    ...(namespace !== undefined && { namespace }),
    // A role that is new has no name yet that a rule could know.
    ...(old !== undefined && name !== undefined && { name }),
  });
  if (may.allowed) return;
  checkHeld(write, role.rules);
  // An aggregation can gather anything at any time.
  if (!aggregates(role) && !aggregates(old)) return;
  if (missingRules(authorizer.rulesOf(identity).rules, allRules).length > 0)
    throw refusal(write, "must have cluster-admin privileges to use an aggregationRule");
}

function aggregates(role: KubeObject | undefined): boolean {
  return role !== undefined && "aggregationRule" in role && role.aggregationRule !== undefined;
}

function checkBinding(write: RbacWrite, binding: RoleBinding | ClusterRoleBinding): void {
  const { authorizer, identity } = write;
  const { roleRef } = binding;
  const { namespace } = binding.metadata;
  const may = authorizer.decide(identity, {
    kind: "resource",
    verb: "bind",
    group: roleRef.apiGroup,
    resource: roleRef.kind === "Role" ? kinds.Role.plural : kinds.ClusterRole.plural,
    name: roleRef.name,
    ...(namespace !== undefined && { namespace }),
  });
  if (may.allowed) return;
  const rules = authorizer.rulesOfRole(roleRef, namespace);
  if (rules === undefined) {
    const details = { name: roleRef.name, group: roleRef.apiGroup, kind: roleRef.kind.toLowerCase() };
    throw new StatusError("NotFound", roleNotFound(roleRef.kind, roleRef.name), { details });
  }
  checkHeld(write, rules);
}

function checkHeld(write: RbacWrite, rules: readonly PolicyRule[]): void {
  const { authorizer, identity, object } = write;
  const held = authorizer.rulesOf(identity, object.metadata.namespace);
  const missing = missingRules(held.rules, rules);
  if (missing.length === 0) return;
  const lines = [...new Set(compactRules(missing).map(describeRule))].sort();
  const trouble = held.error === undefined ? "" : `; resolution errors: [${held.error}]`;
  throw refusal(
    write,
    `user ${JSON.stringify(identity.user)} (groups=${quoteAll(identity.groups)}) is attempting to grant RBAC permissions not currently held:\n${lines.join("\n")}${trouble}`,
  );
}

function refusal({ kind, object }: RbacWrite, why: string): StatusError {
  const { name = "" } = object.metadata;
  const message = `${kind.plural}.${kind.group} ${JSON.stringify(name)} is forbidden: ${why}`;
  return new StatusError("Forbidden", message, { details: { name, group: kind.group, kind: kind.plural } });
}
