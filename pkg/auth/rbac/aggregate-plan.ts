import { type ClusterRole, matchesLabels, type PolicyRule } from "../../api/index.ts";

/** Whether an aggregating role collects another one's rules. */
function collects(role: ClusterRole, other: ClusterRole): boolean {
  if (other.metadata.name === role.metadata.name) return false;
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
  return selectors.some((selector) => matchesLabels(selector, other.metadata.labels));
}

/** The rules of an aggregating role: those of all that it collects, each once, in the order of their names. Pure. */
export function aggregatedRules(role: ClusterRole, all: readonly ClusterRole[]): readonly PolicyRule[] {
  const sources = all
    .filter((other) => collects(role, other))
    .sort((left, right) => ((left.metadata.name ?? "") < (right.metadata.name ?? "") ? -1 : 1));
  return distinctRules(sources.flatMap(({ rules }) => rules));
}

/** Each rule once, in the order in which they came first. */
function distinctRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const seen = new Map(rules.map((rule) => [ruleKey(rule), rule]));
  return [...seen.values()];
}

function ruleKey(rule: PolicyRule): string {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  return JSON.stringify([verbs, apiGroups, resources, resourceNames, nonResourceURLs]);
}
