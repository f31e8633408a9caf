import type { ClusterRole, ClusterRoleBinding, ObjectMeta } from "../../api/index.ts";
import { aggregatedRules } from "./aggregate-plan.ts";
import { autoupdateAnnotation, builtinBindings, builtinRoles } from "./builtin-roles.ts";
import { missingRules } from "./cover-rules.ts";

/** A role or a binding that is not as it should be. */
export interface BuiltinWrite {
  /** replace: a binding of another role, which cannot be changed; to be deleted and created. */
  readonly verb: "create" | "update" | "replace";
  readonly object: ClusterRole | ClusterRoleBinding;
}

/**
 * What must be written so that the built-in roles and bindings are there and say at least what they should, and so that
 * aggregating roles hold what they collect. As Kubernetes does it at its start: what is missing is added, what people
 * have added stays, and what they have annotated with autoupdate "false" is left alone. Pure.
 */
export function planBuiltins(
  roles: readonly ClusterRole[],
  bindings: readonly ClusterRoleBinding[],
): readonly BuiltinWrite[] {
  const theirs = roles.filter((role) => find(builtinRoles, role) === undefined);
  const settled = collectAll([...builtinRoles.map((role) => settleRole(role, find(roles, role))), ...theirs]);
  return [
    ...settled.flatMap((role) => writeOf(role, find(roles, role))),
    ...builtinBindings.flatMap((wanted) => {
      const known = find(bindings, wanted);
      return writeOf(settleBinding(wanted, known), known);
    }),
  ];
}

function writeOf<T extends ClusterRole | ClusterRoleBinding>(object: T, known: T | undefined): BuiltinWrite[] {
  if (known === undefined) return [{ verb: "create", object }];
  if (JSON.stringify(object) === JSON.stringify(known)) return [];
  return [{ verb: roleNameOf(object) === roleNameOf(known) ? "update" : "replace", object }];
}

function roleNameOf(object: ClusterRole | ClusterRoleBinding): string | undefined {
  return object.kind === "ClusterRoleBinding" ? object.roleRef.name : undefined;
}

function find<T extends ClusterRole | ClusterRoleBinding>(list: readonly T[], { metadata }: T): T | undefined {
  return list.find((one) => one.metadata.name === metadata.name);
}

function settleRole(wanted: ClusterRole, known: ClusterRole | undefined): ClusterRole {
  if (known === undefined) return wanted;
  if (!isUpdated(known)) return known;
  const missing = wanted.rules.filter((rule) => missingRules(known.rules, [rule]).length > 0);
  const selectors = known.aggregationRule?.clusterRoleSelectors ?? [];
  const texts = selectors.map((selector) => JSON.stringify(selector));
  const added = (wanted.aggregationRule?.clusterRoleSelectors ?? []).filter(
    (selector) => !texts.includes(JSON.stringify(selector)),
  );
  return {
    ...known,
    metadata: settleMetadata(wanted.metadata, known.metadata),
    ...(added.length > 0 && { aggregationRule: { clusterRoleSelectors: [...selectors, ...added] } }),
    ...(missing.length > 0 && { rules: [...known.rules, ...missing] }),
  };
}

function settleBinding(wanted: ClusterRoleBinding, known: ClusterRoleBinding | undefined): ClusterRoleBinding {
  if (known === undefined) return wanted;
  if (!isUpdated(known)) return known;
  if (known.roleRef.name !== wanted.roleRef.name) return wanted;
  const has = (name: string): boolean => known.subjects.some((one) => one.kind === "Group" && one.name === name);
  const added = wanted.subjects.filter(({ name }) => !has(name));
  return {
    ...known,
    metadata: settleMetadata(wanted.metadata, known.metadata),
    ...(added.length > 0 && { subjects: [...known.subjects, ...added] }),
  };
}

function isUpdated({ metadata }: ClusterRole | ClusterRoleBinding): boolean {
  return metadata.annotations?.[autoupdateAnnotation] !== "false";
}

/** Labels and annotations of the known object, and those that it lacks; the same object where it lacks none. */
function settleMetadata(wanted: ObjectMeta, known: ObjectMeta): ObjectMeta {
  return {
    ...known,
    labels: { ...known.labels, ...lacking(wanted.labels, known.labels) },
    annotations: { ...known.annotations, ...lacking(wanted.annotations, known.annotations) },
  };
}

type Texts = Readonly<Record<string, string>>;

function lacking(wanted: Texts = {}, known: Texts = {}): Texts {
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => known[name] === undefined));
}

/** Fills aggregating roles; those that are collected by others first. */
function collectAll(roles: readonly ClusterRole[]): readonly ClusterRole[] {
  let settled = roles;
  // view is part of edit, edit of admin: with each round one more level is complete.
  for (let round = 0; round < roles.length; round++) {
    const next = settled.map((role) => {
      if (role.aggregationRule === undefined) return role;
      const rules = aggregatedRules(role, settled);
      return JSON.stringify(rules) === JSON.stringify(role.rules) ? role : { ...role, rules };
    });
    if (next.every((role, index) => role === settled[index])) return next;
    settled = next;
  }
  return settled;
}
