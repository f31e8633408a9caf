import type { KindInfo, KubeObject } from "../api/index.ts";

/** The text of a file with manifests. */
export interface ManifestText {
  /** As the user named it. */
  readonly file: string;
  readonly directory: string;
  readonly text: string;
}

/** One object as a file holds it, and where each of its fields stands. */
export interface Manifest {
  /** As the user named it; "standard input" for -. */
  readonly file: string;
  /** Where paths in it start from. */
  readonly directory: string;
  readonly object: KubeObject;
  /** The line, from 1, of a field path such as spec.phases[0].after; of what is nearest to it where it is missing. */
  readonly lineOf: (fieldPath: string) => number;
  /** Values of Secrets stand in it: it is not to be quoted. */
  readonly isHidden?: boolean;
}

/** A manifest whose kind is known and whose namespace is decided. */
export interface LocatedManifest extends Manifest {
  readonly kind: KindInfo;
  /** "" for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

/** Something wrong in a file. */
export interface ManifestFault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** "app.yaml:12: spec.replicas: must be a number" */
export function faultText({ file, line, message }: ManifestFault): string {
  return `${file}:${line}: ${message}`;
}

/** The manifest with its namespace decided: its own, or `namespace` where it says none. */
export function placeManifest(manifest: Manifest, kind: KindInfo, namespace: string): LocatedManifest {
  const { namespace: own, ...metadata } = manifest.object.metadata;
  const place = kind.namespaced ? (own ?? namespace) : "";
  const object = { ...manifest.object, metadata: kind.namespaced ? { ...metadata, namespace: place } : metadata };
  return { ...manifest, object, kind, namespace: place, name: metadata.name ?? "" };
}
