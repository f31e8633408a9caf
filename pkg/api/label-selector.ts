import type { LabelSelector } from "./generated/types.ts";
import { isLabelKey, isLabelValue } from "./names.ts";

/** One requirement on a label, in the operators of Kubernetes' selectors. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
  readonly values: readonly string[];
}

const setForm = /^([A-Za-z0-9][-A-Za-z0-9_./]*)\s+(in|notin)\s*\(([^()]*)\)$/;
const equalForm = /^([A-Za-z0-9][-A-Za-z0-9_./]*)\s*(=|==|!=|>|<)\s*([-A-Za-z0-9_.]*)$/;
const existsForm = /^(!?)\s*([A-Za-z0-9][-A-Za-z0-9_./]*)$/;

/**
 * Reads a selector in its text form: a=b, a==b, a!=b, a in (x,y), a notin (x), a, !a, a>1, a<1, joined by commas.
 * Undefined where the text is none; no requirement where it is empty.
 */
export function parseLabelSelector(text: string): readonly LabelRequirement[] | undefined {
  if (text.trim() === "") return [];
  const requirements = splitOutsideBrackets(text).map(parseRequirement);
  return requirements.every((one) => one !== undefined && isPossible(one)) ? requirements : undefined;
}

/** Whether a label can have such a key and such a value: one that cannot is a mistake, and selects nothing. */
function isPossible(requirement: LabelRequirement): requirement is LabelRequirement {
  return isLabelKey(requirement.key) && requirement.values.every(isLabelValue);
}

function parseRequirement(text: string): LabelRequirement | undefined {
  const part = text.trim();
  const set = setForm.exec(part);
  if (set !== null) {
    const [, name = "", operator, list = ""] = set;
    return {
      key: name,
      operator: operator === "in" ? "In" : "NotIn",
      values: list.split(",").map((one) => one.trim()),
    };
  }
  const equal = equalForm.exec(part);
  if (equal !== null) {
    const [, name = "", sign = "", wanted = ""] = equal;
    if ((sign === ">" || sign === "<") && !/^-?\d+$/.test(wanted)) return undefined;
    return { key: name, operator: operatorOf(sign), values: [wanted] };
  }
  const exists = existsForm.exec(part);
  if (exists === null) return undefined;
  return { key: exists[2] ?? "", operator: exists[1] === "!" ? "DoesNotExist" : "Exists", values: [] };
}

function operatorOf(sign: string): LabelRequirement["operator"] {
  if (sign === ">") return "Gt";
  if (sign === "<") return "Lt";
  return sign === "!=" ? "NotIn" : "In";
}

function splitOutsideBrackets(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (character === "," && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** A selector as it stands in a manifest. */
export function requirementsOf(selector: LabelSelector): readonly LabelRequirement[] {
  const exact = Object.entries(selector.matchLabels ?? {}).map(
    ([name, wanted]): LabelRequirement => ({ key: name, operator: "In", values: [wanted] }),
  );
  const more = (selector.matchExpressions ?? []).map(
    (one): LabelRequirement => ({ key: one.key, operator: one.operator, values: one.values ?? [] }),
  );
  return [...exact, ...more];
}

/** Whether labels meet all requirements of a selector, in either form. */
export function matchesLabels(
  selector: LabelSelector | readonly LabelRequirement[],
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  const requirements = isList(selector) ? selector : requirementsOf(selector);
  return requirements.every((one) =>
    meets(one, labels !== undefined && Object.hasOwn(labels, one.key) ? labels[one.key] : undefined),
  );
}

function isList(selector: LabelSelector | readonly LabelRequirement[]): selector is readonly LabelRequirement[] {
  return Array.isArray(selector);
}

function meets(requirement: LabelRequirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case "In":
      return value !== undefined && requirement.values.includes(value);
    case "NotIn":
      return value === undefined || !requirement.values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
    case "Lt":
      return value !== undefined && compares(requirement.operator, value, requirement.values[0] ?? "");
  }
}

function compares(operator: "Gt" | "Lt", value: string, bound: string): boolean {
  if (!/^-?\d+$/.test(value)) return false;
  return operator === "Gt" ? Number(value) > Number(bound) : Number(value) < Number(bound);
}
