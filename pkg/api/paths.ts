/**
 * The value at a dotted path, with or without a leading dot: "spec.replicas", "spec.components.0.replicas",
 * ".status.conditions[?(@.type==\"Ready\")].status". Undefined where there is none.
 */
export function readPath(object: unknown, path: string): unknown {
  let value = object;
  for (const step of stepsOf(path)) {
    if (typeof value !== "object" || value === null) return undefined;
    if (typeof step === "string") value = Object.hasOwn(value, step) ? (value as Fields)[step] : undefined;
    else value = Array.isArray(value) ? value.find((item) => fieldOf(item, step.key) === step.value) : undefined;
  }
  return value;
}

type Fields = Readonly<Record<string, unknown>>;

interface Filter {
  readonly key: string;
  readonly value: string;
}

const stepPattern = /\[\?\(@\.([\w-]+)\s*==\s*["']([^"']*)["']\)\]|\[(\d+)\]|\[['"]([^'"]+)['"]\]|([^.[\]]+)/g;

/** The names of a path that consists of nothing else; undefined where it has filters. */
export function plainPath(path: string): readonly string[] | undefined {
  const steps = stepsOf(path);
  return steps.every((step) => typeof step === "string") ? steps : undefined;
}

/** Paths that were read before: most come from schemas. */
const known = new Map<string, readonly (string | Filter)[]>();
const maxKnown = 1000;

function stepsOf(path: string): readonly (string | Filter)[] {
  const found = known.get(path);
  if (found !== undefined) return found;
  const steps = readSteps(path);
  if (known.size >= maxKnown) known.clear();
  known.set(path, steps);
  return steps;
}

function readSteps(path: string): readonly (string | Filter)[] {
  const steps: (string | Filter)[] = [];
  for (const [, key, value, index, quoted, plain] of path.matchAll(stepPattern)) {
    if (key !== undefined) steps.push({ key, value: value ?? "" });
    else steps.push(index ?? quoted ?? plain ?? "");
  }
  return steps;
}

function fieldOf(item: unknown, key: string): unknown {
  return typeof item === "object" && item !== null ? (item as Fields)[key] : undefined;
}
