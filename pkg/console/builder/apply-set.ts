import { type ApplyWord, applyOptions, applyWord, type CheckedManifest } from "../../manifests/portable.ts";
import type { Session } from "../live/session.ts";
import { fieldManager } from "./check-text.ts";

/** Applies one after the other, in order; the first refusal ends it. */
export async function applySet(
  { api }: Session,
  checked: readonly CheckedManifest[],
  options: { readonly force: boolean; readonly onApplied: (index: number, word: ApplyWord) => void },
): Promise<void> {
  for (const [index, { manifest, live }] of checked.entries()) {
    const { kind, namespace, name, object } = manifest;
    const patch = { type: "apply" as const, body: object };
    const written = await api.patch(kind, { namespace, name }, patch, applyOptions(fieldManager, options.force));
    options.onApplied(index, applyWord(live, written));
  }
}
