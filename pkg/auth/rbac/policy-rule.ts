import type { PolicyRule } from "../../api/index.ts";
import type { PathAttributes, RequestAttributes, ResourceAttributes } from "../authorize.ts";

/** Rules that allow everything. */
export const allRules: readonly PolicyRule[] = [
  { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
  { nonResourceURLs: ["*"], verbs: ["*"] },
];

/** Whether a rule of a role allows a request. Pure; in every detail as Kubernetes decides it. */
export function ruleAllows(rule: PolicyRule, attributes: RequestAttributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  return attributes.kind === "path" ? allowsPath(rule, attributes) : allowsResource(rule, attributes);
}

function allowsPath({ nonResourceURLs = [] }: PolicyRule, { path }: PathAttributes): boolean {
  return nonResourceURLs.some(
    (allowed) => allowed === path || (allowed.endsWith("*") && path.startsWith(allowed.replace(/\*+$/, ""))),
  );
}

function allowsResource(rule: PolicyRule, { group, resource, subresource, name = "" }: ResourceAttributes): boolean {
  const { apiGroups = [], resources = [], resourceNames = [] } = rule;
  if (!has(apiGroups, group)) return false;
  // Creating and listing have no name: a rule about names does not allow them.
  if (resourceNames.length > 0 && !resourceNames.includes(name)) return false;
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  return has(resources, whole) || (subresource !== undefined && resources.includes(`*/${subresource}`));
}

function has(list: readonly string[], wanted: string): boolean {
  return list.includes(wanted) || list.includes("*");
}
