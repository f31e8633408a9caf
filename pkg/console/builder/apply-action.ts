import type { ApplyWord, CheckedManifest } from "../../manifests/portable.ts";
import type { Action } from "../actions/action.ts";
import { builderTexts } from "../texts/builder.ts";
import { applySet } from "./apply-set.ts";

/** Applying a set as `plush apply -f -` does with its text. What it will do is shown by the plan. */
export function applyAction(
  checked: readonly CheckedManifest[],
  options: { readonly force: boolean; readonly onApplied?: (word: ApplyWord) => void },
): Action {
  const { force, onApplied } = options;
  return {
    title: builderTexts.planning.apply(checked.length),
    command: ["apply", "-f", "-", ...(force ? ["--force-conflicts"] : [])],
    perform: (session) => applySet(session, checked, { force, onApplied: (_, word) => onApplied?.(word) }),
  };
}
