import type { Invocation } from "../command.ts";
import type { Target } from "../targets.ts";
import { loadManifests } from "./located-manifests.ts";

/** The objects that files name, as targets of `get` and others: by kind, in the order of the files. */
export async function fileTargets(call: Invocation, files: readonly string[]): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const { kind, name } of await loadManifests(call, files)) {
    const last = targets.at(-1);
    if (last?.kind === kind) targets[targets.length - 1] = { kind, names: [...last.names, name] };
    else targets.push({ kind, names: [name] });
  }
  return targets;
}
