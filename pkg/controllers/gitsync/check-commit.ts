import { annotations, type GitSync } from "../../api/index.ts";
import { type GitTree, SignatureError } from "../../git/index.ts";
import { type CheckedManifest, checkSet, inApplyOrder, type LocatedManifest } from "../../manifests/index.ts";
import { equalJson } from "../../merge/index.ts";
import { Claims } from "./claims.ts";
import { managerOf } from "./manager.ts";
import { idOf, shownName, stampOf } from "./object-id.ts";
import { readSet } from "./read-set.ts";
import { faultsFailure, SyncFailure } from "./sync-failure.ts";
import type { SyncRun } from "./sync-run.ts";

/** A commit against which nothing can be said; both in the order of applying. */
export interface CheckedCommit {
  readonly manifests: readonly LocatedManifest[];
  /** Those of them that are not as this process applied them. */
  readonly checked: readonly CheckedManifest[];
}

/** Says everything that can be said against a commit without changing anything. Rejects with SyncFailure. */
export async function checkCommit(run: SyncRun, tree: GitTree): Promise<CheckedCommit> {
  const { sync, references, access, memory, signal } = run;
  const { metadata, spec } = sync;
  if (references.keys !== undefined) await verify(tree, references.keys);
  const read = await readSet(tree, {
    folder: spec.path,
    namespace: metadata.namespace ?? "",
    values: references.values,
  });
  const packed = await memory.packer.pack(tree, read, access);
  const manifests = inApplyOrder(packed).map((manifest) => signed(sync, manifest));
  const news = manifests.filter((manifest) => !isApplied(run, manifest));
  checkOwners(run, news);
  const { checked, faults } = await checkSet(access.client, news, {
    fieldManager: managerOf(sync),
    // What the repository says holds, whoever said otherwise.
    force: true,
    elsewhere: access.unasked,
    signal,
  });
  if (faults.length > 0) throw faultsFailure("Refused", faults);
  return { manifests, checked };
}

/** It says what was applied, and what was applied is as it was. */
function isApplied({ memory, ports }: SyncRun, { kind, namespace, name, object }: LocatedManifest): boolean {
  const applied = memory.applied.get(idOf({ kind, namespace, name }));
  if (applied?.stamp === undefined || applied.drift !== undefined || !equalJson(applied.object, object)) return false;
  return stampOf(kind, ports.find(kind, { namespace, name })) === applied.stamp;
}

/** Says whose it is, to people, and so that of each object there is a field that is this sync's. */
function signed({ metadata: { namespace, name } }: GitSync, manifest: LocatedManifest): LocatedManifest {
  const { metadata } = manifest.object;
  const all = { ...metadata.annotations, [annotations.gitSync]: `${namespace}/${name}` };
  return { ...manifest, object: { ...manifest.object, metadata: { ...metadata, annotations: all } } };
}

async function verify(tree: GitTree, keys: readonly string[]): Promise<void> {
  try {
    await tree.verify(keys);
  } catch (error) {
    if (error instanceof SignatureError) throw new SyncFailure("VerificationFailed", error.message, { cause: error });
    throw error;
  }
}

function checkOwners({ sync, ports }: SyncRun, manifests: readonly LocatedManifest[]): void {
  const claims = new Claims(sync, ports);
  const faults = manifests.flatMap((manifest) => {
    const { kind, namespace, name, file, lineOf } = manifest;
    const owner = claims.otherOwner(manifest, ports.find(kind, { namespace, name }));
    if (owner === undefined) return [];
    const shown = shownName(manifest, sync.metadata.namespace ?? "");
    return [{ file, line: lineOf("metadata.name"), message: `${shown} belongs to GitSync ${owner}, which applied it` }];
  });
  if (faults.length > 0) throw faultsFailure("OwnedByAnother", faults);
}
