import {
  type ClusterRole,
  type ClusterRoleBinding,
  invalidValue,
  notSupported,
  type PolicyRule,
  type RbacSubject,
  type Role,
  type RoleBinding,
  required,
} from "../api/index.ts";
import type { StatusCause } from "../status/index.ts";

const rbacGroup = "rbac.authorization.k8s.io";

export function roleRules({ rules }: Role): StatusCause[] {
  return rules.flatMap((rule, index) => policyRule(`rules[${index}]`, rule, true));
}

export function clusterRoleRules({ rules, aggregationRule }: ClusterRole): StatusCause[] {
  return [
    ...rules.flatMap((rule, index) => policyRule(`rules[${index}]`, rule, false)),
    ...(aggregationRule === undefined ? [] : aggregation(aggregationRule.clusterRoleSelectors ?? [])),
  ];
}

export function roleBindingRules(binding: RoleBinding, old?: RoleBinding): StatusCause[] {
  return bindingRules(binding, old, ["Role", "ClusterRole"]);
}

export function clusterRoleBindingRules(binding: ClusterRoleBinding, old?: ClusterRoleBinding): StatusCause[] {
  return bindingRules(binding, old, ["ClusterRole"]);
}

function policyRule(field: string, rule: PolicyRule, namespaced: boolean): StatusCause[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const faults = verbs.length === 0 ? [required(`${field}.verbs`, "verbs must contain at least one value")] : [];
  if (nonResourceURLs.length > 0) {
    const refuse = (why: string): number => faults.push(invalidValue(`${field}.nonResourceURLs`, nonResourceURLs, why));
    if (namespaced) refuse("namespaced rules cannot apply to non-resource URLs");
    if (apiGroups.length + resources.length + resourceNames.length > 0)
      refuse("rules cannot apply to both regular resources and non-resource URLs");
    return faults;
  }
  if (apiGroups.length === 0)
    faults.push(required(`${field}.apiGroups`, "resource rules must supply at least one api group"));
  if (resources.length === 0)
    faults.push(required(`${field}.resources`, "resource rules must supply at least one resource"));
  return faults;
}

type Selectors = NonNullable<NonNullable<ClusterRole["aggregationRule"]>["clusterRoleSelectors"]>;

function aggregation(selectors: Selectors): StatusCause[] {
  const field = "aggregationRule.clusterRoleSelectors";
  if (selectors.length === 0)
    return [required(field, "at least one clusterRoleSelector required if aggregationRule is non-nil")];
  return selectors.flatMap(({ matchExpressions = [] }, index) =>
    matchExpressions.flatMap(({ operator, values = [] }, place) => {
      const at = `${field}[${index}].matchExpressions[${place}].values`;
      if ((operator === "In" || operator === "NotIn") && values.length === 0)
        return [required(at, "must be specified when `operator` is 'In' or 'NotIn'")];
      return [];
    }),
  );
}

type Binding = RoleBinding | ClusterRoleBinding;

function bindingRules(binding: Binding, old: Binding | undefined, roleKinds: readonly string[]): StatusCause[] {
  const { roleRef, subjects } = binding;
  const { apiGroup, kind, name } = roleRef;
  const isSame =
    old === undefined || (apiGroup === old.roleRef.apiGroup && kind === old.roleRef.kind && name === old.roleRef.name);
  return [
    ...(isSame ? [] : [changedRole(roleRef)]),
    ...(apiGroup === rbacGroup ? [] : [notSupported("roleRef.apiGroup", apiGroup, [rbacGroup])]),
    ...(roleKinds.includes(kind) ? [] : [notSupported("roleRef.kind", kind, roleKinds)]),
    ...(name === "" ? [required("roleRef.name")] : []),
    ...subjects.flatMap((subject, index) =>
      subjectRules(`subjects[${index}]`, subject, binding.kind === "RoleBinding"),
    ),
  ];
}

/** Who may edit a binding chooses who has the role, and no other role: that would be another binding. */
function changedRole({ apiGroup, kind, name }: Binding["roleRef"]): StatusCause {
  const shown = JSON.stringify({ apiGroup, kind, name });
  return { reason: "FieldValueInvalid", field: "roleRef", message: `Invalid value: ${shown}: cannot change roleRef` };
}

function subjectRules(field: string, subject: RbacSubject, namespaced: boolean): StatusCause[] {
  const { kind, apiGroup = "", name, namespace = "" } = subject;
  const faults = name === "" ? [required(`${field}.name`)] : [];
  switch (kind) {
    case "ServiceAccount":
      if (apiGroup !== "") faults.push(notSupported(`${field}.apiGroup`, apiGroup, [""]));
      if (!namespaced && namespace === "") faults.push(required(`${field}.namespace`));
      break;
    case "User":
    case "Group":
      if (apiGroup !== rbacGroup) faults.push(notSupported(`${field}.apiGroup`, apiGroup, [rbacGroup]));
      break;
    default:
      faults.push(notSupported(`${field}.kind`, kind, ["ServiceAccount", "User", "Group"]));
  }
  return faults;
}
