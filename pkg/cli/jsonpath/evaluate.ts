import type { Filter, Operand, Step } from "./parse.ts";

/** Everything that a path finds, in document order; what is not there is simply not found. */
export function evaluateAll(steps: readonly Step[], root: unknown): readonly unknown[] {
  let values: readonly unknown[] = [root];
  for (const step of steps) values = values.flatMap((value) => takeStep(step, value));
  return values;
}

function takeStep(step: Step, value: unknown): readonly unknown[] {
  switch (step.kind) {
    case "field":
      return isRecord(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case "index":
      return Array.isArray(value) && value.at(step.index) !== undefined ? [value.at(step.index)] : [];
    case "slice":
      return Array.isArray(value)
        ? value.slice(step.start, step.end).filter((_, index) => index % step.step === 0)
        : [];
    case "wildcard":
      return members(value);
    case "descend":
      return [value, ...descendants(value)];
    case "union":
      return step.steps.flatMap((inner) => takeStep(inner, value));
    case "filter":
      return members(value).filter((member) => passes(step.filter, member));
  }
}

function passes(filter: Filter, value: unknown): boolean {
  const left = operandValues(filter.left, value);
  if (filter.operator === undefined || filter.right === undefined) return left.length > 0;
  const right = operandValues(filter.right, value)[0];
  return left.some((candidate) => compare(candidate, filter.operator ?? "==", right));
}

function compare(left: unknown, operator: NonNullable<Filter["operator"]>, right: unknown): boolean {
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  const order = orderOf(left, right);
  if (order === undefined) return false;
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

function orderOf(left: unknown, right: unknown): number | undefined {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

function operandValues(operand: Operand, value: unknown): readonly unknown[] {
  return "path" in operand ? evaluateAll(operand.path, value) : [operand.value];
}

function members(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isRecord(value) ? Object.values(value) : [];
}

function descendants(value: unknown): readonly unknown[] {
  return members(value).flatMap((member) => [member, ...descendants(member)]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
