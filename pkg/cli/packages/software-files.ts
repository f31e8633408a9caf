import { createReadStream } from "node:fs";
import { isAbsolute, join } from "node:path";
import { uploadBlob } from "../../client/index.ts";
import {
  fileAt,
  filePlaces,
  type LocatedManifest,
  type PackedFile,
  packSource,
  withBlob,
} from "../../manifests/index.ts";
import type { Invocation } from "../command.ts";
import { progressBar } from "../printers/progress-bar.ts";
import { fields } from "../wire-fields.ts";

export interface PackedManifests {
  /** With `file` replaced by `blob` and `fileName`. */
  readonly manifests: readonly LocatedManifest[];
  readonly packages: readonly { readonly namespace: string; readonly packed: PackedFile }[];
}

/** Packs what manifests take from the user's files: packages, texts and archives. The server has never heard of `file`. */
export async function packSoftware(manifests: readonly LocatedManifest[]): Promise<PackedManifests> {
  const packages: { namespace: string; packed: PackedFile }[] = [];
  const replaced: LocatedManifest[] = [];
  try {
    for (const manifest of manifests) {
      let { object } = manifest;
      for (const place of filePlaces(manifest.kind.kind, object)) {
        const file = fileAt(object, place);
        const packed = await packSource(isAbsolute(file) ? file : join(manifest.directory, file));
        packages.push({ namespace: manifest.namespace, packed });
        object = { ...object, ...withBlob(fields(object), place, packed.digest, packed.fileName) };
      }
      replaced.push({ ...manifest, object });
    }
  } catch (error) {
    for (const { packed } of packages) packed.dispose();
    throw error;
  }
  return { manifests: replaced, packages };
}

/** Sends the packages that the server has not. */
export async function uploadPackages(call: Invocation, packages: PackedManifests["packages"]): Promise<void> {
  const { transport } = await call.session.client();
  for (const { namespace, packed } of packages) {
    const { digest, size, path, fileName } = packed;
    await uploadBlob(transport, {
      namespace,
      digest,
      size,
      open: (offset) => createReadStream(path, { start: offset }),
      onProgress: (bytes) => call.terminal.progress(`${fileName} ${progressBar(bytes, size, 30)}`),
      clock: call.clock,
      signal: call.signal,
    });
    call.terminal.progress("");
  }
}
