import { dig, fields, list, text } from "../../merge/index.ts";

/** What one may do with what, in words. */
export interface RuleRow {
  readonly what: string;
  /** Of single objects; empty: of all. */
  readonly names: readonly string[];
  readonly verbs: readonly string[];
}

/** A line for each resource of a SelfSubjectRulesReview: what several rules say of it is one line. */
export function ruleRows(review: unknown): readonly RuleRow[] {
  const rows = new Map<string, { what: string; names: readonly string[]; verbs: Set<string> }>();
  const add = (what: string, names: readonly string[], verbs: readonly unknown[]): void => {
    const key = JSON.stringify([what, names]);
    const row = rows.get(key) ?? { what, names, verbs: new Set() };
    for (const verb of verbs) row.verbs.add(text(verb));
    rows.set(key, row);
  };
  for (const rule of list(dig(review, "status", "resourceRules")).map(fields))
    for (const what of resourcesOf(rule)) add(what, list(rule["resourceNames"]).map(text), list(rule["verbs"]));
  for (const rule of list(dig(review, "status", "nonResourceRules")).map(fields))
    for (const url of list(rule["nonResourceURLs"])) add(text(url), [], list(rule["verbs"]));
  return [...rows.values()]
    .map((row) => ({ ...row, verbs: [...row.verbs] }))
    .sort((a, b) => (a.what < b.what ? -1 : 1));
}

function resourcesOf(rule: Readonly<Record<string, unknown>>): readonly string[] {
  const groups = list(rule["apiGroups"]).map(text);
  return list(rule["resources"]).flatMap((resource) =>
    groups.map((group) => (group === "" ? text(resource) : `${text(resource)}.${group}`)),
  );
}
