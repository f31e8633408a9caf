import type { KubeObject } from "../../api/index.ts";
import { type ApplyWord, applyOptions, applyWord, type CheckedManifest } from "../../manifests/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { objectName } from "../kind-names.ts";
import { failOnFaults } from "../manifests/located-manifests.ts";
import { faultsOf, fieldManager } from "./check-set.ts";

/** Applies one after the other, in order; says what became of each. The first refusal ends it. */
export async function writeSet(
  call: Invocation,
  checked: readonly CheckedManifest[],
  options: {
    readonly force: boolean;
    readonly onApplied: (item: CheckedManifest, object: KubeObject, word: ApplyWord) => void;
  },
): Promise<void> {
  const client = await call.session.client();
  for (const item of checked) {
    const { kind, namespace, name, object } = item.manifest;
    try {
      const patch = { type: "apply" as const, body: object };
      const written = await client.patch(kind, { namespace, name }, patch, applyOptions(fieldManager, options.force));
      options.onApplied(item, written, applyWord(item.live, written));
    } catch (error) {
      failOnFaults(call, faultsOf(item.manifest, StatusError.from(error)));
    }
  }
}

export function appliedLine({ manifest }: CheckedManifest, word: ApplyWord, suffix: string): string {
  return `${objectName(manifest.kind, manifest.name)} ${word}${suffix}`;
}
