import type { KubeObject } from "../../api/index.ts";

/** One object as a file holds it, and where each of its fields stands. */
export interface Manifest {
  /** As the user named it; "standard input" for -. */
  readonly file: string;
  /** Where paths in it start from. */
  readonly directory: string;
  readonly object: KubeObject;
  /** The line, from 1, of a field path such as spec.phases[0].after; of what is nearest to it where it is missing. */
  readonly lineOf: (fieldPath: string) => number;
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
