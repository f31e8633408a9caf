import { createReadStream } from "node:fs";
import { isAbsolute, join } from "node:path";
import { uploadBlob } from "../../client/index.ts";
import type { Invocation } from "../command.ts";
import type { LocatedManifest } from "../manifests/located-manifests.ts";
import { progressBar } from "../printers/progress-bar.ts";
import { dig, fields, text } from "../wire-fields.ts";
import { type PackedFile, packSource } from "./pack.ts";

export interface PackedManifests {
  /** With `file` replaced by `blob` and `fileName`. */
  readonly manifests: readonly LocatedManifest[];
  readonly packages: readonly { readonly namespace: string; readonly packed: PackedFile }[];
}

/** Packs what Software takes from the user's files. The server has never heard of `file`. */
export async function packSoftware(manifests: readonly LocatedManifest[]): Promise<PackedManifests> {
  const packages: { namespace: string; packed: PackedFile }[] = [];
  const replaced: LocatedManifest[] = [];
  try {
    for (const manifest of manifests) {
      const file = manifest.kind.kind === "Software" ? text(dig(manifest.object, "spec", "source", "file")) : "";
      if (file === "") {
        replaced.push(manifest);
        continue;
      }
      const packed = await packSource(isAbsolute(file) ? file : join(manifest.directory, file));
      packages.push({ namespace: manifest.namespace, packed });
      replaced.push(withBlob(manifest, packed));
    }
  } catch (error) {
    for (const { packed } of packages) packed.dispose();
    throw error;
  }
  return { manifests: replaced, packages };
}

function withBlob(manifest: LocatedManifest, { digest, fileName }: PackedFile): LocatedManifest {
  const spec = fields(fields(manifest.object)["spec"]);
  const { file: _, ...source } = fields(spec["source"]);
  const object = { ...manifest.object, spec: { ...spec, source: { ...source, blob: digest, fileName } } };
  return { ...manifest, object };
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
