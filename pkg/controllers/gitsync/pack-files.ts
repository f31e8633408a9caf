import { createReadStream } from "node:fs";
import { posix } from "node:path";
import type { GitTree } from "../../git/index.ts";
import {
  fileAt,
  filePlaces,
  type LocatedManifest,
  type ManifestFault,
  packSource,
  withBlob,
} from "../../manifests/index.ts";
import { fields } from "../../merge/index.ts";
import { StatusError } from "../../status/index.ts";
import type { AccountAccess, PackageStore } from "./ports.ts";
import { faultsFailure } from "./sync-failure.ts";

interface Packed {
  readonly digest: string;
  readonly fileName: string;
}

/** Packs files that manifests name, and keeps what was packed by its name in git: what did not change is not packed again. */
export class FilePacker {
  readonly #packages: PackageStore;
  readonly #known = new Map<string, Packed>();

  constructor(packages: PackageStore) {
    this.#packages = packages;
  }

  /** The manifests with digests in place of files. Rejects with SyncFailure. */
  async pack(
    tree: GitTree,
    manifests: readonly LocatedManifest[],
    access: AccountAccess,
  ): Promise<readonly LocatedManifest[]> {
    const faults: ManifestFault[] = [];
    const replaced: LocatedManifest[] = [];
    for (const manifest of manifests) {
      let { object } = manifest;
      for (const place of filePlaces(manifest.kind.kind, object)) {
        const file = fileAt(object, place);
        try {
          access.mayStore(manifest.namespace);
          const { digest, fileName } = await this.#packFile(tree, pathOf(manifest.directory, file));
          object = { ...object, ...withBlob(fields(object), place, digest, fileName) };
        } catch (error) {
          if (!(error instanceof StatusError)) throw error;
          faults.push({
            file: manifest.file,
            line: manifest.lineOf(`${fieldOf(place)}.file`),
            message: `${file}: ${error.message}`,
          });
        }
      }
      replaced.push(object === manifest.object ? manifest : { ...manifest, object });
    }
    if (faults.length > 0) throw faultsFailure("InvalidManifests", faults);
    return replaced;
  }

  async #packFile(tree: GitTree, path: string): Promise<Packed> {
    const name = await tree.nameOf(path);
    if (name === undefined) throw new StatusError("BadRequest", "is not in the repository");
    // The name of a folder names what is packed of it.
    const key = `${name} ${posix.basename(path)}`;
    const known = this.#known.get(key);
    if (known !== undefined && (await this.#packages.renew(known.digest))?.complete === true) return known;
    const packed = await packSource(await tree.write(path)).catch((error: unknown) => {
      throw inRepository(error);
    });
    try {
      const { digest } = await this.#packages.ingest(createReadStream(packed.path));
      const made = { digest, fileName: packed.fileName };
      this.#known.set(key, made);
      return made;
    } finally {
      packed.dispose();
    }
  }
}

/** Where the file was written to says nothing to anybody. */
function inRepository(error: unknown): unknown {
  if (!(error instanceof StatusError)) return error;
  return new StatusError(error.reason, error.message.replace(/^\/\S+\/run-[^/]+\/\d+\//, ""), { cause: error });
}

/** A path in the repository. Throws BadRequest where it leads out. */
function pathOf(directory: string, file: string): string {
  const path = posix.normalize(posix.join(directory, file)).replace(/\/$/, "");
  if (file.startsWith("/") || path.startsWith("..") || path === ".")
    throw new StatusError("BadRequest", "must be a path in the repository");
  return path;
}

function fieldOf(place: readonly (string | number)[]): string {
  return place
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .slice(1);
}
