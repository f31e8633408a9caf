import type { KubeObject } from "../api/index.ts";
import type { Authorizer, Identity } from "../auth/index.ts";
import type { Clock } from "../clock/index.ts";
import type { Store } from "../store/index.ts";
import type { QuotaBook } from "./quota-book.ts";
import type { Sealer } from "./sealer.ts";

/** What the verbs work on; made once per server. */
export interface Backend {
  readonly store: Store;
  readonly clock: Clock;
  readonly sealer: Sealer;
  /** What namespaces have of what may be limited. */
  readonly quotas: QuotaBook;
  /** Of Plush, "0.1.0". */
  readonly version: string;
  /** Who may do what, by the roles in the store. */
  readonly authorizer: Authorizer;
  /** A random UUID. */
  readonly newUid: () => string;
  /** Random bytes as 0 ≤ x < 1; for generated names. */
  readonly random: () => number;
}

/** An object as it is stored and sent: typed envelope, everything else by name. */
export type ApiObject = KubeObject & Readonly<Record<string, unknown>>;

export type FieldValidation = "Strict" | "Warn" | "Ignore";

/** How one write is to be done, and by whom. */
export interface WriteContext {
  readonly identity: Identity;
  readonly fieldManager: string;
  /** Do everything but store it. */
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** Takes a sentence for the person who writes. */
  readonly warn: (text: string) => void;
  /** Paths of fields that the body sets twice; the last one counts. */
  readonly duplicateFields?: readonly string[];
}

export type Subresource = "" | "status" | "scale" | "finalize";
