import { apiVersionOf, kinds, type ObjectKey } from "../../api/index.ts";
import { type CheckedManifest, objectChanges } from "../../manifests/index.ts";
import type { FieldChange, PlannedObject, SyncDiff } from "../../protocol/index.ts";
import { StatusError } from "../../status/index.ts";
import { checkCommit } from "./check-commit.ts";
import { failureOf, findCommit, withCommitTree } from "./look.ts";
import { SyncMemories } from "./memory.ts";
import { syncedObject } from "./object-id.ts";
import { FilePacker } from "./pack-files.ts";
import type { GitSyncPorts } from "./ports.ts";
import { idsOf, prunePlanOf } from "./prune-objects.ts";
import { readReferences } from "./references.ts";
import type { SyncRun } from "./sync-run.ts";

/** Tells what the next look of a sync would change, and changes nothing. Rejects with NotFound. */
export async function diffSync(key: ObjectKey, ports: GitSyncPorts, signal: AbortSignal): Promise<SyncDiff> {
  const sync = ports.cache(kinds.GitSync).get(key);
  if (sync === undefined) throw new StatusError("NotFound", `gitsyncs.plush.dev ${JSON.stringify(key.name)} not found`);
  const applied = sync.status?.applied;
  const before = applied === undefined ? {} : { applied: applied.revision };
  const nothing = { ...before, objects: [], prune: [], kept: [] };
  const references = readReferences(sync, ports);
  const { account, missing } = references;
  if (account === undefined || missing !== undefined)
    return { ...nothing, fault: { reason: "ReferenceNotFound", message: missing ?? "" } };
  const memories = new SyncMemories(() => new FilePacker(ports.packages));
  const access = ports.actAs(account);
  const run: SyncRun = {
    sync,
    references,
    memories,
    ports,
    signal,
    access,
    memory: memories.of(sync),
    told: { changes: 0 },
  };
  let revision: string | undefined;
  try {
    revision = await findCommit(run);
    const { manifests, checked } = await withCommitTree(run, revision, (tree) => checkCommit(run, tree));
    const plan = prunePlanOf(run, idsOf(manifests));
    return {
      ...before,
      revision,
      objects: checked.map(planned),
      prune: plan.remove.map(syncedObject),
      kept: plan.keep.map(({ why }) => why),
    };
  } catch (error) {
    return { ...nothing, ...(revision !== undefined && { revision }), fault: failureOf(error) };
  }
}

function planned({ manifest, live, preview }: CheckedManifest): PlannedObject {
  const { kind, namespace, name } = manifest;
  const changes = objectChanges(live, { ...preview, kind: kind.kind });
  const fields = manifest.isHidden === true ? changes.map(hidden) : changes;
  const action = live === undefined ? "Create" : fields.length > 0 ? "Update" : "Unchanged";
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    ...(namespace !== "" && { namespace }),
    name,
    action,
    ...(fields.length > 0 && { fields }),
  };
}

/** Values of Secrets stand in it. */
function hidden({ path, from, to }: FieldChange): FieldChange {
  return { path, ...(from !== undefined && { from: "***" }), ...(to !== undefined && { to: "***" }) };
}
