import type { PolicyRule } from "../../api/index.ts";
import type { Authorizer, Decision, HeldRules, RequestAttributes } from "../authorize.ts";
import { type Identity, mastersGroup } from "../identity.ts";
import { allRules, ruleAllows } from "./policy-rule.ts";
import type { Grant, RoleIndex } from "./role-index.ts";

/** Decides by roles and bindings, as Kubernetes' RBAC does. */
export function makeRbacAuthorizer(index: RoleIndex): Authorizer {
  return {
    decide: (identity, attributes) => decide(index, identity, attributes),
    rulesOf: (identity, namespace) => heldRules(index, identity, namespace),
    rulesOfRole: (ref, namespace) => index.rulesOfRole(ref, namespace ?? ""),
  };
}

/** Members of system:masters may do everything, whatever roles there are: else a mistake could lock everybody out. */
function decide(index: RoleIndex, identity: Identity, attributes: RequestAttributes): Decision {
  if (identity.groups.includes(mastersGroup)) return { allowed: true, reason: "" };
  const missing = new Set<string>();
  const namespace = attributes.kind === "resource" ? attributes.namespace : undefined;
  for (const grant of index.grantsOf(identity, namespace)) {
    if (grant.rules === undefined) missing.add(missingRole(grant));
    else if (grant.rules.some((rule) => ruleAllows(rule, attributes)))
      return { allowed: true, reason: `RBAC: allowed by ${grant.description}` };
  }
  return { allowed: false, reason: missing.size === 0 ? "" : `RBAC: ${joined(missing)}` };
}

function heldRules(index: RoleIndex, identity: Identity, namespace: string | undefined): HeldRules {
  const rules = new Set<PolicyRule>(identity.groups.includes(mastersGroup) ? allRules : []);
  const missing = new Set<string>();
  for (const grant of index.grantsOf(identity, namespace)) {
    if (grant.rules === undefined) missing.add(missingRole(grant));
    for (const rule of grant.rules ?? []) rules.add(rule);
  }
  return { rules: [...rules], ...(missing.size > 0 && { error: joined(missing) }) };
}

function missingRole({ roleRef }: Grant): string {
  return roleNotFound(roleRef.kind, roleRef.name);
}

/** As Kubernetes says it, with the kind where others have the resource. */
export function roleNotFound(kind: string, name: string): string {
  return `${kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`;
}

function joined(messages: ReadonlySet<string>): string {
  const all = [...messages];
  return all.length === 1 ? (all[0] ?? "") : `[${all.join(", ")}]`;
}
