import {
  type CheckedSet,
  checkSet as checkManifests,
  faultsOf as faultsOfManifest,
  type LocatedManifest,
  type ManifestFault,
} from "../../manifests/index.ts";
import type { StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { suggestField } from "./suggest-field.ts";

export const fieldManager = "plush";

/** Dry-runs every manifest, warning of what the server warns of, once. */
export async function checkSet(
  call: Invocation,
  manifests: readonly LocatedManifest[],
  { force }: { readonly force: boolean },
): Promise<CheckedSet> {
  const warned = new Set<string>();
  return checkManifests(await call.session.client(), manifests, {
    fieldManager,
    force,
    onWarning(text) {
      if (!warned.has(text)) call.terminal.warn(text);
      warned.add(text);
    },
    wordFaults: (manifest, error) => withSuggestions(call, manifest, faultsOf(manifest, error)),
  });
}

async function withSuggestions(
  call: Invocation,
  manifest: LocatedManifest,
  faults: readonly ManifestFault[],
): Promise<ManifestFault[]> {
  const { transport } = await call.session.client();
  const told = faults.map(async (fault) => {
    const field = /^(\S+): unknown field$/.exec(fault.message)?.[1];
    if (field === undefined) return fault;
    return { ...fault, message: `${fault.message}${await suggestField(transport, manifest.kind, field)}` };
  });
  return Promise.all(told);
}

/** One fault a cause, each on the line of its field, and what can be done about it. */
export function faultsOf(manifest: LocatedManifest, error: StatusError): ManifestFault[] {
  const isHeld = error.reason === "Conflict" && error.details.causes !== undefined;
  const hint = isHeld ? " (--force-conflicts takes the field over)" : "";
  return faultsOfManifest(manifest, error).map((fault) => ({ ...fault, message: `${fault.message}${hint}` }));
}
