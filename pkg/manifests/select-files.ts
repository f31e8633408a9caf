import type { ManifestFault } from "./manifest.ts";

/** An entry below the folder of a sync. */
interface Entry {
  readonly kind: "file" | "program" | "link" | "submodule";
  readonly size: number;
  readonly path: string;
}

export interface SelectedFiles<E> {
  readonly manifests: readonly E[];
  readonly faults: readonly ManifestFault[];
}

/** The server takes no larger body either. */
const maxBytes = 3 << 20;
/** Of all manifests of a sync together. */
const maxTotalBytes = 64 << 20;

/**
 * Which files are read as manifests, in the order of their names. What might hold manifests and is not read is a fault:
 * to leave it out would prune what it says.
 */
export function selectFiles<E extends Entry>(folder: string, entries: readonly E[]): SelectedFiles<E> {
  const inner = (path: string): string => (folder === "." ? path : path.slice(folder.length + 1));
  const visible = entries.filter(
    ({ path }) =>
      !inner(path)
        .split("/")
        .some((part) => part.startsWith(".")),
  );
  const faults: ManifestFault[] = [];
  const manifests: E[] = [];
  let total = 0;
  for (const entry of visible) {
    const isManifest = /\.(ya?ml|json)$/.test(entry.path);
    const fault = faultOf(entry, isManifest);
    if (fault !== undefined) faults.push({ file: entry.path, line: 1, message: fault });
    else if (isManifest) {
      manifests.push(entry);
      total += entry.size;
    }
  }
  if (total > maxTotalBytes)
    faults.push({
      file: folder,
      line: 1,
      message: `its manifests are larger than ${maxTotalBytes >> 20} MiB together`,
    });
  return { manifests: manifests.sort((left, right) => (left.path < right.path ? -1 : 1)), faults };
}

function faultOf({ kind, size, path }: Entry, isManifest: boolean): string | undefined {
  if (kind === "submodule") return "is a submodule: submodules are not fetched";
  // A name without an ending may be that of a folder.
  const mayLead = isManifest || !/\.[^/]+$/.test(path);
  if (kind === "link" && mayLead) return "is a symbolic link: links are not followed";
  if (!isManifest) return undefined;
  return size > maxBytes ? `is larger than ${maxBytes >> 20} MiB` : undefined;
}
