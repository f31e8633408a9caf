import type { ResourceKind } from "../../client/portable.ts";

/** What somebody would do. */
export interface Intent {
  /** "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection". */
  readonly verb: string;
  readonly kind: Pick<ResourceKind, "group" | "plural" | "namespaced">;
  /** Of objects in a namespace; absent: in all of them. */
  readonly namespace?: string | undefined;
  /** "exec", "log", "scale": */
  readonly subresource?: string | undefined;
  readonly name?: string | undefined;
}

/** A rule of a SelfSubjectRulesReview. */
export interface AccessRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Absent or empty: of all names. */
  readonly resourceNames?: readonly string[];
}

/**
 * Which question answers an intent: of a namespace all rules are had by one question; of what is in no namespace, or in
 * all of them, each is a question of its own.
 */
export function questionOf(intent: Intent): string {
  const { verb, kind, namespace, subresource = "", name = "" } = intent;
  if (kind.namespaced && namespace !== undefined) return `rules ${namespace}`;
  return `may ${verb} ${kind.group} ${kind.plural} ${subresource} ${name}`;
}

/** Whether rules allow it, as the server decides. Of no name in particular: only where all names are meant. */
export function isAllowed(rules: readonly AccessRule[], { verb, kind, subresource, name }: Intent): boolean {
  const resource = subresource === undefined ? kind.plural : `${kind.plural}/${subresource}`;
  return rules.some(
    ({ verbs, apiGroups, resources, resourceNames = [] }) =>
      has(verbs, verb) &&
      has(apiGroups, kind.group) &&
      (has(resources, resource) || (subresource !== undefined && resources.includes(`*/${subresource}`))) &&
      (resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name))),
  );
}

function has(list: readonly string[], item: string): boolean {
  return list.includes(item) || list.includes("*");
}
