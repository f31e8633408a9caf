import { findCondition, type GitSync } from "../../api/index.ts";

/** Why a sync waits for others; undefined where it need not. */
export interface Held {
  readonly reason: "DependencyNotReady" | "DependencyCycle";
  readonly message: string;
}

/** `others`: a GitSync of the same namespace. */
export function planDependencies(sync: GitSync, others: (name: string) => GitSync | undefined): Held | undefined {
  const cycle = cycleOf(sync, others);
  if (cycle !== undefined) return { reason: "DependencyCycle", message: `dependsOn leads back to itself: ${cycle}` };
  const missing = (sync.spec.dependsOn ?? []).flatMap(({ name }) => {
    const why = whyNotReady(others(name));
    return why === undefined ? [] : [`${name} ${why}`];
  });
  return missing.length === 0 ? undefined : { reason: "DependencyNotReady", message: missing.join(", ") };
}

function whyNotReady(sync: GitSync | undefined): string | undefined {
  if (sync === undefined) return "is not there";
  const ready = findCondition(sync.status?.conditions, "Ready");
  const isNewer = (ready?.observedGeneration ?? 0) < (sync.metadata.generation ?? 0);
  if (ready === undefined || isNewer) return "has not been looked at yet";
  return ready.status === "True" ? undefined : `is not ready (${ready.reason})`;
}

/** "a → b → a". */
function cycleOf(sync: GitSync, others: (name: string) => GitSync | undefined): string | undefined {
  const own = sync.metadata.name ?? "";
  const seen = new Set<string>();
  const follow = (one: GitSync | undefined, path: readonly string[]): readonly string[] | undefined => {
    for (const { name } of one?.spec.dependsOn ?? []) {
      if (name === own) return [...path, name];
      if (seen.has(name)) continue;
      seen.add(name);
      const found = follow(others(name), [...path, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return follow(sync, [own])?.join(" → ");
}
