import type { PolicyRule } from "../../api/index.ts";

/**
 * What of `wanted` is not held by somebody who holds `held`, as the smallest rules there are: one verb on one resource
 * of one group. Empty where everything is held. Pure.
 */
export function missingRules(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(breakDown).filter((part) => !held.some((rule) => covers(rule, part)));
}

/** A rule as the smallest rules that say the same together. */
function breakDown(rule: PolicyRule): PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const named = resourceNames.length > 0 ? resourceNames.map((name) => ({ resourceNames: [name] })) : [{}];
  const onResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) =>
        named.map((names) => ({ apiGroups: [group], resources: [resource], ...names, verbs: [verb] })),
      ),
    ),
  );
  const onPaths = nonResourceURLs.flatMap((path) => verbs.map((verb) => ({ nonResourceURLs: [path], verbs: [verb] })));
  return [...onResources, ...onPaths];
}

function covers(held: PolicyRule, part: PolicyRule): boolean {
  const { resourceNames: heldNames = [] } = held;
  const { resourceNames: names = [] } = part;
  return (
    hasAll(held.verbs, part.verbs) &&
    hasAll(held.apiGroups ?? [], part.apiGroups ?? []) &&
    coversResources(held.resources ?? [], part.resources ?? []) &&
    coversPaths(held.nonResourceURLs ?? [], part.nonResourceURLs ?? []) &&
    (heldNames.length === 0 || (names.length > 0 && names.every((name) => heldNames.includes(name))))
  );
}

function hasAll(held: readonly string[], wanted: readonly string[]): boolean {
  return held.includes("*") || wanted.every((one) => held.includes(one));
}

function coversResources(held: readonly string[], wanted: readonly string[]): boolean {
  if (held.includes("*")) return true;
  return wanted.every((resource) => {
    const slash = resource.indexOf("/");
    return held.includes(resource) || (slash >= 0 && held.includes(`*${resource.slice(slash)}`));
  });
}

function coversPaths(held: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((path) =>
    held.some((one) => one === path || (one.endsWith("*") && path.startsWith(one.replace(/\*+$/, "")))),
  );
}

/** Fewer rules that say the same: verbs on the same resource stand together. */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const compacted: PolicyRule[] = [];
  const simple = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const key = simpleKey(rule);
    const known = key === undefined ? undefined : simple.get(key);
    if (key === undefined) compacted.push(rule);
    else if (known === undefined) simple.set(key, rule);
    else simple.set(key, { ...known, verbs: [...new Set([...known.verbs, ...rule.verbs])] });
  }
  return [...compacted, ...simple.values()];
}

/** Names what a rule is about, where that is one thing. */
function simpleKey(rule: PolicyRule): string | undefined {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if (resourceNames.length > 1 || nonResourceURLs.length > 0) return undefined;
  if (apiGroups.length !== 1 || resources.length !== 1) return undefined;
  return JSON.stringify([apiGroups, resources, resourceNames]);
}

/** A rule on one line, as Kubernetes writes it: {APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}. */
export function describeRule(rule: PolicyRule): string {
  const parts = [
    ["APIGroups", rule.apiGroups],
    ["Resources", rule.resources],
    ["NonResourceURLs", rule.nonResourceURLs],
    ["ResourceNames", rule.resourceNames],
    ["Verbs", rule.verbs],
  ] as const;
  const shown = parts.flatMap(([name, values = []]) => (values.length === 0 ? [] : [`${name}:${quoteAll(values)}`]));
  return `{${shown.join(", ")}}`;
}

/** A list as Go's %q prints it. */
export function quoteAll(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(" ")}]`;
}
