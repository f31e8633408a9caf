import { hasVerb, kindByName } from "../api/index.ts";
import { type LocatedManifest, type Manifest, type ManifestFault, placeManifest } from "./manifest.ts";

export interface LocatedSet {
  readonly located: readonly LocatedManifest[];
  readonly faults: readonly ManifestFault[];
}

/** Finds the kinds of a set that has to be right by itself: each can be applied, and each object stands once. */
export function locateSet(manifests: readonly Manifest[], namespace: string): LocatedSet {
  const faults: ManifestFault[] = [];
  const first = new Map<string, Manifest>();
  const located = manifests.flatMap((manifest): readonly LocatedManifest[] => {
    const { apiVersion, kind: name } = manifest.object;
    const fault = (field: string, message: string): readonly LocatedManifest[] => {
      faults.push({ file: manifest.file, line: manifest.lineOf(field), message: `${field}: ${message}` });
      return [];
    };
    const kind = kindByName(apiVersion, name);
    if (kind === undefined || kind.createOnly === true || !hasVerb(kind, "create"))
      return fault(
        "kind",
        `the server has no ${JSON.stringify(name)} in ${JSON.stringify(apiVersion)} that can be applied`,
      );
    const placed = placeManifest(manifest, kind, namespace);
    const id = `${kind.plural}.${kind.group}/${placed.namespace}/${placed.name}`;
    const before = first.get(id);
    if (before !== undefined)
      return fault("metadata.name", `${name} ${placed.name} stands in ${before.file}:${before.lineOf("")} already`);
    first.set(id, manifest);
    return [placed];
  });
  return { located, faults };
}

/** Sources of a manifest: a file's path with slashes, whose folder is where paths in it start from. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0)) || ".";
}
