import { posix } from "node:path";
import { type GitTree, withLocalCommits } from "../../git/index.ts";
import {
  faultText,
  fileAt,
  filePlaces,
  folderOf,
  inApplyOrder,
  type LocatedManifest,
  locateSet,
  type ManifestFault,
  packSource,
  parseManifests,
  selectFiles,
  type Values,
  withBlob,
} from "../../manifests/index.ts";
import { StatusError } from "../../status/index.ts";
import type { Invocation } from "../command.ts";
import { fields } from "../wire-fields.ts";

/** What a change of a repository says: all objects after it, and those that it removes. */
export interface GitChange {
  readonly base: string;
  readonly head: string;
  readonly manifests: readonly LocatedManifest[];
  readonly removed: readonly LocatedManifest[];
  readonly faults: readonly ManifestFault[];
}

export interface GitRange {
  readonly range: string;
  readonly folder: string;
  readonly namespace: string;
  /** What stands for variables; absent: nothing is replaced. */
  readonly values: Values | undefined;
}

/** Reads both sides of BASE..HEAD in the repository of the working directory, as a GitSync reads them. */
export async function readGitRange(call: Invocation, { range, ...wanted }: GitRange): Promise<GitChange> {
  const repository = { directory: process.cwd(), env: call.env, signal: call.signal };
  return withLocalCommits(repository, range, async (base, head) => {
    const after = await readCommit(head, wanted);
    const packed = await packFiles(head, after.located);
    // What was wrong before the change is not its fault.
    const before = await readCommit(base, wanted);
    const kept = new Set(after.located.map(idOf));
    return {
      base: base.commit,
      head: head.commit,
      manifests: inApplyOrder(packed.manifests),
      removed: inApplyOrder(before.located.filter((manifest) => !kept.has(idOf(manifest)))).reverse(),
      faults: [...after.faults, ...packed.faults],
    };
  });
}

function idOf({ kind, namespace, name }: LocatedManifest): string {
  return `${kind.plural}.${kind.group}/${namespace}/${name}`;
}

async function readCommit(tree: GitTree, { folder, namespace, values }: Omit<GitRange, "range">) {
  const entries = await tree.list(folder);
  if (entries === undefined)
    return { located: [], faults: [{ file: folder, line: 1, message: `commit ${tree.commit} has no such folder` }] };
  const { manifests: files, faults } = selectFiles(folder, entries);
  const contents = await tree.read(files);
  const sources = files.map(({ path }, index) => ({
    file: path,
    directory: folderOf(path),
    text: contents[index]?.toString("utf8") ?? "",
  }));
  const parsed = parseManifests(sources, values === undefined ? {} : { values });
  const set = locateSet(parsed.manifests, namespace);
  return { located: set.located, faults: [...faults, ...parsed.faults, ...set.faults] };
}

/** With digests in place of files; nothing is uploaded. */
async function packFiles(tree: GitTree, manifests: readonly LocatedManifest[]) {
  const faults: ManifestFault[] = [];
  const done: LocatedManifest[] = [];
  for (const manifest of manifests) {
    let { object } = manifest;
    for (const place of filePlaces(manifest.kind.kind, object)) {
      const file = fileAt(object, place);
      try {
        const path = posix.normalize(posix.join(manifest.directory, file)).replace(/\/$/, "");
        if ((await tree.nameOf(path)) === undefined) throw new StatusError("BadRequest", "is not in the repository");
        const { digest, fileName, dispose } = await packSource(await tree.write(path));
        dispose();
        object = { ...object, ...withBlob(fields(object), place, digest, fileName) };
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        faults.push({ file: manifest.file, line: manifest.lineOf("spec"), message: `${file}: ${error.message}` });
      }
    }
    done.push({ ...manifest, object });
  }
  return { manifests: done, faults };
}

/** As a list of Markdown. */
export function faultItems(faults: readonly ManifestFault[]): readonly string[] {
  return faults.map((fault) => `- ${faultText(fault).replaceAll("\n", " ")}`);
}
