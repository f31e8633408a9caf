import type { GitTree } from "../../git/index.ts";
import {
  folderOf,
  type LocatedManifest,
  locateSet,
  parseManifests,
  selectFiles,
  type Values,
} from "../../manifests/index.ts";
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
    directory: folderOf(path),
    text: contents[index]?.toString("utf8") ?? "",
  }));
  const parsed = parseManifests(sources, values === undefined ? {} : { values });
  if (parsed.faults.length > 0) throw faultsFailure("InvalidManifests", parsed.faults);
  const { located, faults: misplaced } = locateSet(parsed.manifests, namespace);
  if (misplaced.length > 0) throw faultsFailure("InvalidManifests", misplaced);
  if (located.length === 0)
    throw new SyncFailure(
      "NoManifests",
      `commit ${tree.commit} has no manifest in folder ${folder}; nothing is pruned for that`,
    );
  if (located.length > maxObjects)
    throw new SyncFailure("TooLarge", `folder ${folder} has ${located.length} objects: more than ${maxObjects}`);
  return located;
}
