import type { LabelExpression, LabelSelector } from "./machine-view.ts";

/** Whether labels satisfy a selector: all of its labels and all of its expressions. */
export function selectorHolds(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((expression) => expressionHolds(expression, labels));
}

/** As in Kubernetes: NotIn and DoesNotExist hold where the label is missing. An unknown operator never holds. */
function expressionHolds(expression: LabelExpression, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[expression.key];
  const listed = value !== undefined && (expression.values ?? []).includes(value);
  switch (expression.operator) {
    case "In":
      return listed;
    case "NotIn":
      return !listed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
