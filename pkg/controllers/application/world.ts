import type {
  Application,
  ApplicationRevision,
  Claim,
  Component,
  Phase,
  ProcessFile,
  Software,
} from "../../api/index.ts";
import type { Names } from "../../controller/index.ts";

/** What names the text of a file. */
export type FileSource = Pick<ProcessFile, "configMapKeyRef" | "secretKeyRef">;

/** All that planning an application looks at. */
export interface ApplicationWorld {
  readonly application: Application;
  /** Those that it controls, as are the phases; those being deleted too. */
  readonly components: readonly Component[];
  readonly phases: readonly Phase[];
  /** Of all its components. */
  readonly claims: readonly Claim[];
  /** How many of its processes are there. */
  readonly processes: number;
  /** Of these, whose logs and outputs have still to be fetched if it has ended. */
  readonly uncollected?: number;
  /** Software that its components name, as far as it is there. */
  readonly software: ReadonlyMap<string, Software>;
  /** Text of a key that a file is made of; undefined: it is not there. */
  readonly fileSource: (file: FileSource) => string | undefined;
  /** Its ApplicationRevisions. */
  readonly history: readonly ApplicationRevision[];
  /** Hooks that its recovery names and that are not there. */
  readonly missingHooks?: readonly string[];
  /** Names of components and phases that belong to somebody else. */
  readonly foreignNames: { readonly components: Names; readonly phases: Names };
  /** Machines that still have to be cleaned of its claims, though these are gone. */
  readonly residueOn: readonly string[];
  /** Wall clock, ms. */
  readonly now: number;
}
