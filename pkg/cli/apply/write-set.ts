import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../api/index.ts";
import { applyOptions, type CheckedManifest } from "../../manifests/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { objectName } from "../kind-names.ts";
import { failOnFaults } from "../manifests/located-manifests.ts";
import { fields } from "../wire-fields.ts";
import { faultsOf, fieldManager } from "./check-set.ts";

export type ApplyWord = "created" | "configured" | "unchanged";

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

/** What kubectl would say of the change. */
export function applyWord(before: KubeObject | undefined, after: KubeObject): ApplyWord {
  if (before === undefined) return "created";
  return isDeepStrictEqual(comparable(before), comparable(after)) ? "unchanged" : "configured";
}

export function appliedLine({ manifest }: CheckedManifest, word: ApplyWord, suffix: string): string {
  return `${objectName(manifest.kind, manifest.name)} ${word}${suffix}`;
}

/** Without what the server keeps beside what was asked for. */
function comparable(object: KubeObject): unknown {
  const { managedFields: _, resourceVersion: _version, generation: _generation, ...metadata } = object.metadata;
  const { status: _status, ...rest } = fields(object);
  return { ...rest, metadata };
}
