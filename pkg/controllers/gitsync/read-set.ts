import { hasVerb, kindByName } from "../../api/index.ts";
import type { GitTree } from "../../git/index.ts";
import {
  type LocatedManifest,
  type Manifest,
  type ManifestFault,
  parseManifests,
  placeManifest,
  type Values,
} from "../../manifests/index.ts";
import { idOf } from "./object-id.ts";
import { selectFiles } from "./select-files-plan.ts";
import { faultsFailure, SyncFailure } from "./sync-failure.ts";

export interface SetRequest {
  readonly folder: string;
  /** Of objects that say none. */
  readonly namespace: string;
  readonly values: Values | undefined;
}

/** More in one sync is refused: nobody could look through it. */
const maxObjects = 5000;

/** All objects that a commit has in a folder. Rejects with SyncFailure, which has every fault with its file and line. */
export async function readSet(
  tree: GitTree,
  { folder, namespace, values }: SetRequest,
): Promise<readonly LocatedManifest[]> {
  const entries = await tree.list(folder);
  if (entries === undefined) throw new SyncFailure("PathNotFound", `commit ${tree.commit} has no folder ${folder}`);
  const { manifests: files, faults } = selectFiles(folder, entries);
  if (faults.length > 0) throw faultsFailure("InvalidManifests", faults);
  const contents = await tree.read(files);
  const sources = files.map(({ path }, index) => ({
    file: path,
    directory: path.slice(0, Math.max(path.lastIndexOf("/"), 0)) || ".",
    text: contents[index]?.toString("utf8") ?? "",
  }));
  const parsed = parseManifests(sources, values === undefined ? {} : { values });
  if (parsed.faults.length > 0) throw faultsFailure("InvalidManifests", parsed.faults);
  const located = locate(parsed.manifests, namespace);
  if (located.length === 0)
    throw new SyncFailure(
      "NoManifests",
      `commit ${tree.commit} has no manifest in folder ${folder}; nothing is pruned for that`,
    );
  if (located.length > maxObjects)
    throw new SyncFailure("TooLarge", `folder ${folder} has ${located.length} objects: more than ${maxObjects}`);
  return located;
}

function locate(manifests: readonly Manifest[], namespace: string): readonly LocatedManifest[] {
  const faults: ManifestFault[] = [];
  const first = new Map<string, Manifest>();
  const located = manifests.flatMap((manifest): readonly LocatedManifest[] => {
    const { apiVersion, kind: name } = manifest.object;
    const fault = (field: string, message: string): readonly LocatedManifest[] => {
      faults.push({ file: manifest.file, line: manifest.lineOf(field), message });
      return [];
    };
    const kind = kindByName(apiVersion, name);
    if (kind === undefined || kind.createOnly === true || !hasVerb(kind, "create"))
      return fault(
        "kind",
        `kind: the server has no ${JSON.stringify(name)} in ${JSON.stringify(apiVersion)} that can be applied`,
      );
    const placed = placeManifest(manifest, kind, namespace);
    const before = first.get(idOf(placed));
    if (before !== undefined)
      return fault(
        "metadata.name",
        `metadata.name: ${name} ${placed.name} stands in ${before.file}:${before.lineOf("")} already`,
      );
    first.set(idOf(placed), manifest);
    return [placed];
  });
  if (faults.length > 0) throw faultsFailure("InvalidManifests", faults);
  return located;
}
